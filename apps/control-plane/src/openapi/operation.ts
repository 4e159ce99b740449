import { ERROR_CATALOGUE, type ErrorCode } from '../errors/error-catalogue.js';
import type { Route } from '../management/route.js';
import { curlExample } from './curl-example.js';
import { describeSchema, type JsonSchema, type SchemaComponents } from './json-schema.js';

/** One operation of an OpenAPI document. */
export type Operation = Readonly<Record<string, unknown>>;

const JSON_TYPE = 'application/json';
const ERROR_REFERENCE = { $ref: '#/components/schemas/Error' };

/** Writes a route as an OpenAPI operation; schemas with an id are added to `components`. */
export function describeOperation(route: Route, components: SchemaComponents): Operation {
  const parameters = [
    ...describeParameters(route, 'path', components),
    ...describeParameters(route, 'query', components),
    ...describeParameters(route, 'header', components),
  ];
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.isPublic === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: describeBody(route, components) }),
    responses: { ...describeSuccess(route, components), ...describeRefusals(route) },
    'x-codeSamples': [{ lang: 'Shell', label: 'curl', source: curlExample(route) }],
  };
}

function describeParameters(route: Route, place: 'path' | 'query' | 'header', components: SchemaComponents) {
  const schema = { path: route.params, query: route.query, header: route.headers }[place];
  if (schema === undefined) return [];
  return Object.entries(schema.shape).map(([name, field]) => {
    const { description, ...described } = describeSchema(field, 'input', components);
    const isRequired = !field.safeParse(undefined).success;
    return {
      name: place === 'header' ? headerName(name) : name,
      in: place,
      required: place === 'path' || isRequired,
      ...(description === undefined ? {} : { description }),
      schema: described,
    };
  });
}

function describeBody(route: Route, components: SchemaComponents) {
  const schema = route.body === undefined ? {} : describeSchema(route.body, 'input', components);
  const example = route.example === undefined ? {} : { example: route.example };
  return { required: route.body?.safeParse({}).success !== true, content: { [JSON_TYPE]: { schema, ...example } } };
}

function describeSuccess(route: Route, components: SchemaComponents) {
  const schema: JsonSchema = describeSchema(route.response, 'output', components);
  return { [route.status]: { description: route.summary, content: { [JSON_TYPE]: { schema } } } };
}

/** Groups the codes that a route can refuse with by their status. */
function describeRefusals(route: Route): Record<string, unknown> {
  const codes: readonly ErrorCode[] = [
    ...(route.body === undefined ? [] : (['invalid_json', 'payload_too_large'] as const)),
    ...((route.body ?? route.query ?? route.params ?? route.headers) ? (['validation_error'] as const) : []),
    ...(route.isPublic === true ? [] : (['invalid_credentials', 'database_unavailable'] as const)),
    ...(route.params === undefined ? [] : (['not_found'] as const)),
    ...(route.refusals ?? []),
  ];
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const { status, message } = ERROR_CATALOGUE[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${code}\`: ${message}`]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, lines]) => [
      String(status),
      { description: lines.join('\n'), content: { [JSON_TYPE]: { schema: ERROR_REFERENCE } } },
    ]),
  );
}

function headerName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}
