import { z } from 'zod';

import { normalizeFamily } from '#gateway-protocol';
import { OPENAI_COMPATIBLE_VENDORS } from '#providers';

import type { InvalidField } from '../management/invalid-fields.js';

const CREDENTIAL_CHARACTERS_MAX = 16_384;
const HINT_CHARACTERS = 4;
/** Shorter values would be guessable from a hint, so they get none. */
const HINTED_CHARACTERS_MIN = 12;

const secret = z.string().trim().min(1).max(CREDENTIAL_CHARACTERS_MAX);
const plain = z.string().trim().min(1).max(256);

const apiKey = z.strictObject({ api_key: secret });
const optionalApiKey = z.strictObject({ api_key: secret.optional() });

/** Vendors that take nothing but an API key: all that speak the OpenAI wire format, and these. */
const API_KEY_FAMILIES = [...OPENAI_COMPATIBLE_VENDORS.map(({ family }) => family), 'voyage', 'elevenlabs'];

const azure = z.strictObject({ api_key: secret, endpoint: z.url().max(2048), api_version: plain.optional() });

const bedrock = z
  .strictObject({
    access_key: secret.optional(),
    secret_key: secret.optional(),
    session_token: secret.optional(),
    region: plain.optional(),
  })
  .refine(
    (keys) => (keys.access_key === undefined) === (keys.secret_key === undefined),
    'access_key and secret_key go together; without both, the identity of the machine is used',
  );

const vertex = z.strictObject({
  project_id: plain,
  project_number: plain.optional(),
  region: plain,
  auth_credentials: secret.refine(isJsonObject, 'must be the JSON text of a service account').optional(),
});

const gemini = z
  .strictObject({ api_key: secret, project_id: plain.optional(), region: plain.optional() })
  .refine(
    (keys) => (keys.project_id === undefined) === (keys.region === undefined),
    'project_id and region go together',
  );

const CREDENTIALS_BY_FAMILY: Readonly<Record<string, z.ZodType<Record<string, string | undefined>>>> = {
  ...Object.fromEntries(API_KEY_FAMILIES.map((family) => [family, apiKey])),
  anthropic: optionalApiKey,
  custom: optionalApiKey,
  azure,
  bedrock,
  vertex,
  gemini,
};

/** Vendors a model provider can be of, by their one name; synonyms such as `azure_openai` are read as these. */
export const PROVIDER_FAMILIES: readonly string[] = Object.keys(CREDENTIALS_BY_FAMILY);

/** Credential values by name, as a gateway gets them. */
export type Credentials = Readonly<Record<string, string>>;

/** Credentials that fit their vendor, or what is wrong with them, field by field. */
export type CredentialsReading =
  | { readonly ok: true; readonly credentials: Credentials }
  | { readonly ok: false; readonly issues: readonly InvalidField[] };

/**
 * Reads the credentials of a vendor. `baseUrl` matters for one rule: only an endpoint of your own may go without a key.
 *
 * Issues name fields and never quote values.
 */
export function readCredentials(type: string, input: unknown, baseUrl: string | null): CredentialsReading {
  const family = normalizeFamily(type);
  const schema = CREDENTIALS_BY_FAMILY[family];
  if (schema === undefined) return refuse('type', `unknown type; known are ${PROVIDER_FAMILIES.join(', ')}`);
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({
      path: ['credentials', ...issue.path].join('.'),
      message: issue.message,
    }));
    return { ok: false, issues };
  }
  const credentials = withoutAbsent(parsed.data);
  if (family === 'anthropic' && credentials['api_key'] === undefined && baseUrl === null) {
    return refuse('credentials.api_key', 'is required unless base_url names an endpoint of your own');
  }
  return { ok: true, credentials };
}

/** What may be shown of credentials: the last four characters of long values, names only of short ones. */
export function credentialHints(credentials: Credentials): Record<string, string> {
  return Object.fromEntries(
    Object.entries(credentials).map(([name, value]) => [
      name,
      value.length >= HINTED_CHARACTERS_MIN && name !== 'auth_credentials' ? `…${value.slice(-HINT_CHARACTERS)}` : '…',
    ]),
  );
}

function refuse(path: string, message: string): CredentialsReading {
  return { ok: false, issues: [{ path, message }] };
}

function withoutAbsent(values: Record<string, string | undefined>): Credentials {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) present[name] = value;
  return present;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
