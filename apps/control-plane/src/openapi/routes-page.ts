import { ERROR_CATALOGUE } from '../errors/error-catalogue.js';
import { PROTOCOL_ERRORS } from '../gateway-protocol/protocol-error.js';
import { MANAGEMENT_PREFIX } from '../management/route.js';
import { curlExample } from './curl-example.js';
import { managementRoutes } from './openapi.controller.js';

/** Parts of `docs/control-plane.md`, made from what serves the API so that the two cannot differ. */

/** Every route of the management API. */
export function renderRouteTable(): string {
  const rows = managementRoutes().map(
    ({ method, path, summary }) => `| \`${method}\` | \`${MANAGEMENT_PREFIX}${path}\` | ${summary} |`,
  );
  return ['| Method | Path | What it does |', '|---|---|---|', ...rows].join('\n');
}

/** A command line for every route that has an example body. */
export function renderCurlExamples(): string {
  return managementRoutes()
    .filter(({ example }) => example !== undefined)
    .map((route) => `${route.summary}:\n\n\`\`\`sh\n${curlExample(route)}\n\`\`\``)
    .join('\n\n');
}

/** Every code that the management API can answer. */
export function renderManagementErrors(): string {
  const rows = Object.entries(ERROR_CATALOGUE).map(
    ([code, { status, message, fault }]) => `| \`${code}\` | ${status} | ${fault} | ${message} |`,
  );
  return ['| Code | Status | Fault | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** Every code that is particular to the protocol between gateways and the control plane. */
export function renderProtocolErrors(): string {
  const rows = Object.entries(PROTOCOL_ERRORS).map(
    ([code, { status, type, message }]) => `| \`${code}\` | ${status} | \`${type}\` | ${message} |`,
  );
  return ['| Code | Status | Type | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}
