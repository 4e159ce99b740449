import { z } from 'zod';

import { InvariantError } from '#kernel';
import type { CredentialIssue, CredentialRules } from '#providers';

import type { InvalidField } from '../management/invalid-fields.js';

const HINT_CHARACTERS = 4;
/** Shorter values would be guessable from a hint, so they get none. */
const HINTED_CHARACTERS_MIN = 12;

const credentialsSchema = z.record(z.string(), z.string().optional());

/** Credential values by name, as a gateway gets them. */
export type Credentials = Readonly<Record<string, string>>;

/** Credentials that fit their vendor, or what is wrong with them, field by field. */
export type CredentialsReading =
  | { readonly ok: true; readonly credentials: Credentials }
  | { readonly ok: false; readonly issues: readonly InvalidField[] };

/**
 * Reads credentials by the rules of their vendor. Issues name fields and never quote values.
 *
 * @throws InvariantError when the rules do not answer at once, or with anything but texts by name: an adapter is wrong.
 */
export function readCredentials({ schema }: CredentialRules, input: unknown): CredentialsReading {
  const result = schema['~standard'].validate(input);
  // A row is locked while its credentials are checked, so nobody may be asked over the network.
  if (result instanceof Promise) throw new InvariantError('credential rules must answer at once');
  if (result.issues !== undefined) return { ok: false, issues: result.issues.map(invalidFieldOf) };
  const values = credentialsSchema.safeParse(result.value);
  if (!values.success) throw new InvariantError('credential rules must answer with texts by name');
  return { ok: true, credentials: withoutAbsent(values.data) };
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

function invalidFieldOf({ path = [], message }: CredentialIssue): InvalidField {
  const names = path.map((step) => String(typeof step === 'object' ? step.key : step));
  return { path: ['credentials', ...names].join('.'), message };
}

function withoutAbsent(values: Readonly<Record<string, string | undefined>>): Credentials {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) present[name] = value;
  return present;
}
