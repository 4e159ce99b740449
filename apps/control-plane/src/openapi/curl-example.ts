import { MANAGEMENT_PREFIX, type Route } from '../management/route.js';

/** A command line that calls `route`; `$CONTROL_PLANE_URL` and `$ADMIN_KEY` are the reader's. */
export function curlExample(route: Route): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => `$${name.toUpperCase()}`);
  const lines = [
    `curl${route.method === 'GET' ? '' : ` -X ${route.method}`} "$CONTROL_PLANE_URL${MANAGEMENT_PREFIX}${path}${queryExample(route)}"`,
    ...(route.isPublic === true ? [] : ['-H "Authorization: Bearer $ADMIN_KEY"']),
    ...(route.headers === undefined ? [] : ['-H "Idempotency-Key: $(uuidgen)"']),
    ...(route.example === undefined
      ? []
      : ['-H "Content-Type: application/json"', `-d '${JSON.stringify(route.example)}'`]),
  ];
  return lines.join(' \\\n  ');
}

/** Names the query parameters that the route cannot do without. */
function queryExample(route: Route): string {
  const required = Object.entries(route.query?.shape ?? {}).filter(([, field]) => !field.safeParse(undefined).success);
  const pairs = required.map(([name]) => `${name}=$${name.toUpperCase()}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
