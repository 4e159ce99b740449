import { z } from 'zod';
import type { SealingKey } from '../secrets/sealer.js';

const SECRET_LENGTH_MIN = 32;
const SEALING_KEY_BYTES = 32;
const SEALING_KEYS_MAX = 16;

const SECRET_MESSAGE = `must be at least ${SECRET_LENGTH_MIN} characters; make one with: openssl rand -hex 32`;
const SEALING_MESSAGE =
  'must be <version>:<base64 of 32 bytes>, several joined by commas, the current one first; ' +
  'make one with: echo "1:$(openssl rand -base64 32)"';

/** A shared secret. */
export const secretSchema = z.string(SECRET_MESSAGE).min(SECRET_LENGTH_MIN, SECRET_MESSAGE);

/** A PostgreSQL connection URL. */
export const databaseUrlSchema = z
  .string('must be a URL like postgres://user:password@host:5432/database')
  .refine(isPostgresUrl, 'must be a URL like postgres://user:password@host:5432/database');

/** `true` or `false`, in the spellings that the gateway accepts as well. */
export const booleanSchema = z
  .string()
  .regex(/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/, 'must be true or false')
  .transform((text) => /^[1tT]/.test(text));

/** A comma list of host names; blanks are dropped and case is ignored. */
export const hostListSchema = z.string().transform(
  (text): ReadonlySet<string> =>
    new Set(
      text
        .toLowerCase()
        .split(',')
        .map((host) => host.trim())
        .filter(Boolean),
    ),
);

/** A comma list of names; blanks are dropped. */
export const nameListSchema = z.string().transform((text): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean),
);

/** `host:port`; an empty host means every address of the machine. */
export const addressSchema = z.string().transform((text, context) => {
  const match = /^(?<host>\[[0-9a-fA-F:.]+\]|[^:[\]]*):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port']);
  if (match === null || port > 65_535) {
    context.addIssue('must be host:port, for instance 127.0.0.1:5560 or :5560');
    return z.NEVER;
  }
  const host = match.groups?.['host']?.replace(/^\[|\]$/g, '');
  return { host: host === undefined || host === '' ? '::' : host, port };
});

/** `<version>:<base64 of 32 bytes>[,…]`, the current key first. */
export const sealingKeysSchema = z.string(SEALING_MESSAGE).transform((text, context): readonly SealingKey[] => {
  const keys = text.split(',').map((part) => parseSealingKey(part.trim()));
  const valid = keys.filter((key) => key !== undefined);
  const distinct = new Set(valid.map((key) => key.version)).size;
  if (valid.length !== keys.length || distinct !== keys.length || keys.length > SEALING_KEYS_MAX) {
    context.addIssue(SEALING_MESSAGE);
    return z.NEVER;
  }
  return valid;
});

function parseSealingKey(text: string): SealingKey | undefined {
  const match = /^(?<version>[1-9]\d{0,8}):(?<key>[A-Za-z0-9+/]{43}=)$/.exec(text);
  if (match === null) return undefined;
  const key = Buffer.from(match.groups?.['key'] ?? '', 'base64');
  return key.length === SEALING_KEY_BYTES ? { version: Number(match.groups?.['version']), key } : undefined;
}

function isPostgresUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'postgres:' || url.protocol === 'postgresql:');
}
