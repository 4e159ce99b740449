import { z } from 'zod';

import { MANAGEMENT_PREFIX, type Route } from '../management/route.js';
import { describeSchema, type JsonSchema, type SchemaComponents } from './json-schema.js';
import { describeOperation, type Operation } from './operation.js';

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly securitySchemes: unknown };
}

const API_VERSION = '1.0.0';
const DESCRIPTION =
  'Virtual keys, model providers, routing policies and budgets of one organization. JSON in snake_case, but for what a ' +
  'gateway is told to do (`config` of a key, the settings of a routing policy), which is in camelCase and taken in ' +
  'either spelling; money as decimal dollar strings and as integer nano-USD. Ignore fields that you do not know: answers may grow. Lists are pages: pass `next_cursor` ' +
  'as `cursor` until it is null.';

const errorSchema = z
  .object({
    error: z.object({
      type: z.string(),
      code: z.string().describe('The stable name of the error: the field to branch on.'),
      message: z.string().describe('For people; may be improved at any time.'),
      meta: z.record(z.string(), z.unknown()).optional(),
      fault: z.enum(['customer', 'platform']),
    }),
  })
  .meta({ id: 'Error' });

/** Describes `routes`. It is made of the same definitions that serve them, so it cannot fall behind. */
export function buildOpenApiDocument(routes: readonly Route[]): OpenApiDocument {
  const components: SchemaComponents = new Map();
  describeSchema(z.object({ error: errorSchema }), 'output', components);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeOperation(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'AI gateway management API', version: API_VERSION, description: DESCRIPTION },
    servers: [{ url: MANAGEMENT_PREFIX }],
    security: [{ bearer: [] }, { token: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An admin key, `ak-lw-…`.' },
        token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: 'The same key, for other clients.' },
      },
    },
  };
}
