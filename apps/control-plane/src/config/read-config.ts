import { z } from 'zod';
import { ControlPlaneConfig, LOG_FORMATS, LOG_LEVELS } from './control-plane-config.js';
import {
  addressSchema,
  booleanSchema,
  databaseUrlSchema,
  hostListSchema,
  secretSchema,
  sealingKeysSchema,
} from './values.js';

/** The configuration cannot work. Its message lists every problem, each with the variable and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

const count = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

const databaseVariables = z.object({ DATABASE_URL: databaseUrlSchema });

const variables = databaseVariables.extend({
  CONTROL_PLANE_ADDR: addressSchema.prefault('127.0.0.1:5560'),
  DATABASE_CONNECTIONS_MAX: count(1, 1000).prefault('10'),
  LW_GATEWAY_INTERNAL_SECRET: secretSchema,
  LW_GATEWAY_INTERNAL_SECRET_PREVIOUS: secretSchema.optional(),
  LW_GATEWAY_JWT_SECRET: secretSchema,
  LW_VIRTUAL_KEY_PEPPER: secretSchema,
  LW_VIRTUAL_KEY_PEPPER_PREVIOUS: secretSchema.optional(),
  CONTROL_PLANE_SEALING_KEYS: sealingKeysSchema,
  BLOCK_LOCAL_HTTP_CALLS: booleanSchema.prefault('false'),
  REQUIRE_HTTPS_CUSTOM_ENDPOINTS: booleanSchema.prefault('false'),
  ALLOWED_PROXY_HOSTS: hostListSchema.prefault(''),
  CONTROL_PLANE_GRACEFUL_SECONDS: count(0, 3600).prefault('25'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).prefault('info'),
  LOG_FORMAT: z.enum(LOG_FORMATS, `must be one of ${LOG_FORMATS.join(', ')}`).prefault('json'),
});

/**
 * Reads the configuration from environment variables. An empty string counts as unset, unknown variables are ignored.
 *
 * Throws a {@link ConfigError} that names every problem at once; it never repeats a value, which may be a secret.
 */
export function readConfig(environment: Environment): ControlPlaneConfig {
  const values = parse(variables, environment);
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
    blockLocalHttpCalls: values.BLOCK_LOCAL_HTTP_CALLS,
    requireHttpsCustomEndpoints: values.REQUIRE_HTTPS_CUSTOM_ENDPOINTS,
    allowedProxyHosts: values.ALLOWED_PROXY_HOSTS,
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT,
    shutdownGraceMs: values.CONTROL_PLANE_GRACEFUL_SECONDS * 1000,
  };
}

/** Reads the only variable that a migration needs, `DATABASE_URL`. Throws a {@link ConfigError}. */
export function readDatabaseUrl(environment: Environment): string {
  return parse(databaseVariables, environment).DATABASE_URL;
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
