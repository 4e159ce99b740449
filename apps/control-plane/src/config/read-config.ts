import { z } from 'zod';
import { ControlPlaneConfig, LOG_FORMATS, LOG_LEVELS } from './control-plane-config.js';
import {
  addressSchema,
  booleanSchema,
  databaseUrlSchema,
  hostListSchema,
  nameListSchema,
  secretSchema,
  sealingKeysSchema,
} from './values.js';

/** The configuration cannot work. Its message lists every problem, each with the variable and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const DAY_MS = 24 * 3_600_000;

type Environment = Readonly<Record<string, string | undefined>>;

const count = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

const databaseVariables = z.object({
  DATABASE_URL: databaseUrlSchema.describe('Where PostgreSQL is: `postgres://user:password@host:5432/database`.'),
});

const sealingVariables = databaseVariables.extend({
  CONTROL_PLANE_SEALING_KEYS: sealingKeysSchema.describe(
    'Keys that encrypt provider credentials at rest: `<version>:<base64 of 32 bytes>`, several joined by commas. The first one encrypts, all of them decrypt.',
  ),
});

/** Every variable that the control plane reads, with what it means; `docs/control-plane.md` is checked against it. */
export const CONTROL_PLANE_VARIABLES = sealingVariables.extend({
  CONTROL_PLANE_ADDR: addressSchema
    .prefault('127.0.0.1:5560')
    .describe('Address and port of the listener; an empty host (`:5560`) means every address of the machine.'),
  DATABASE_CONNECTIONS_MAX: count(1, 1000)
    .prefault('10')
    .describe('Connections to PostgreSQL that one process keeps at most, apart from one that listens for changes.'),
  LW_GATEWAY_INTERNAL_SECRET: secretSchema.describe(
    'Signs the calls of gateways; the same value as theirs. At least 32 characters.',
  ),
  LW_GATEWAY_INTERNAL_SECRET_PREVIOUS: secretSchema
    .optional()
    .describe('The secret before it, accepted as well while gateways still sign with it.'),
  LW_GATEWAY_JWT_SECRET: secretSchema.describe(
    'Signs what gateways are told of keys; gateways verify with the same value. At least 32 characters.',
  ),
  LW_VIRTUAL_KEY_PEPPER: secretSchema.describe('Keys the hash of virtual keys. At least 32 characters.'),
  LW_VIRTUAL_KEY_PEPPER_PREVIOUS: secretSchema
    .optional()
    .describe('The pepper before it, while keys that it hashed are in use; each is hashed anew when it is presented.'),
  CONTROL_PLANE_EXPLANATION_DAYS: count(1, 3650)
    .prefault('30')
    .describe('Days that it is kept how a request was routed; what it cost is kept for good.'),
  BLOCK_LOCAL_HTTP_CALLS: booleanSchema
    .prefault('false')
    .describe('Refuse model providers whose base URL is loopback or private.'),
  REQUIRE_HTTPS_CUSTOM_ENDPOINTS: booleanSchema
    .prefault('false')
    .describe('Refuse model providers whose base URL is not https.'),
  ALLOWED_PROXY_HOSTS: hostListSchema
    .prefault('')
    .describe('Hosts, joined by commas, that `BLOCK_LOCAL_HTTP_CALLS` does not apply to.'),
  LW_GATEWAY_PLUGINS: nameListSchema
    .prefault('')
    .describe(
      'Providers of your own, joined by commas: packages that are installed beside the control plane, or files, whose paths begin with `./` or `/`. Gateways need the same value.',
    ),
  CONTROL_PLANE_GRACEFUL_SECONDS: count(0, 3600)
    .prefault('25')
    .describe('Seconds that a shutdown waits for requests in flight.'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .prefault('info')
    .describe(`One of ${LOG_LEVELS.map((level) => `\`${level}\``).join(', ')}.`),
  LOG_FORMAT: z
    .enum(LOG_FORMATS, `must be one of ${LOG_FORMATS.join(', ')}`)
    .prefault('json')
    .describe(`One of ${LOG_FORMATS.map((format) => `\`${format}\``).join(', ')}.`),
});

/**
 * Reads the configuration from environment variables. An empty string counts as unset, unknown variables are ignored.
 *
 * Throws a {@link ConfigError} that names every problem at once; it never repeats a value, which may be a secret.
 */
export function readConfig(environment: Environment): ControlPlaneConfig {
  const values = parse(CONTROL_PLANE_VARIABLES, environment);
  return {
    ...values.CONTROL_PLANE_ADDR,
    databaseUrl: values.DATABASE_URL,
    databaseConnectionsMax: values.DATABASE_CONNECTIONS_MAX,
    internalSecrets: [values.LW_GATEWAY_INTERNAL_SECRET, values.LW_GATEWAY_INTERNAL_SECRET_PREVIOUS].filter(
      (secret) => secret !== undefined,
    ),
    jwtSecret: values.LW_GATEWAY_JWT_SECRET,
    keyPepper: values.LW_VIRTUAL_KEY_PEPPER,
    previousKeyPepper: values.LW_VIRTUAL_KEY_PEPPER_PREVIOUS,
    sealingKeys: values.CONTROL_PLANE_SEALING_KEYS,
    explanationsKeptMs: values.CONTROL_PLANE_EXPLANATION_DAYS * DAY_MS,
    blockLocalHttpCalls: values.BLOCK_LOCAL_HTTP_CALLS,
    requireHttpsCustomEndpoints: values.REQUIRE_HTTPS_CUSTOM_ENDPOINTS,
    allowedProxyHosts: values.ALLOWED_PROXY_HOSTS,
    plugins: values.LW_GATEWAY_PLUGINS,
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT,
    shutdownGraceMs: values.CONTROL_PLANE_GRACEFUL_SECONDS * 1000,
  };
}

/** Reads the only variable that a migration needs, `DATABASE_URL`. Throws a {@link ConfigError}. */
export function readDatabaseUrl(environment: Environment): string {
  return parse(databaseVariables, environment).DATABASE_URL;
}

/** Reads what sealing anew needs: `DATABASE_URL` and `CONTROL_PLANE_SEALING_KEYS`. Throws a {@link ConfigError}. */
export function readSealingConfig(environment: Environment): Pick<ControlPlaneConfig, 'databaseUrl' | 'sealingKeys'> {
  const values = parse(sealingVariables, environment);
  return { databaseUrl: values.DATABASE_URL, sealingKeys: values.CONTROL_PLANE_SEALING_KEYS };
}

function parse<Schema extends z.ZodType>(schema: Schema, environment: Environment): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `  ${name} ${given[name] === undefined ? `is not set; it ${issue.message}` : issue.message}`;
  });
  throw new ConfigError(`The configuration cannot work:\n${problems.join('\n')}`);
}
