import { isHeaderValue, secretOf } from '../adapters/header-value.js';
import { UNUSABLE_API_KEY } from '../adapters/refusals.js';
import type { TargetRefusal } from '../spec/provider-adapter.js';

const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/;

/** Headers that say how a message is sent. A key in one of them would break the request. */
const MESSAGE_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** True when a key may be sent in the header `name`, in any case. */
export function isKeyHeaderName(name: string): boolean {
  const lower = name.toLowerCase();
  return HEADER_NAME.test(lower) && !MESSAGE_HEADERS.has(lower) && !lower.startsWith('proxy-');
}

/** The header that carries a key, or why none can. */
export type KeyHeader =
  { readonly header: Readonly<Record<string, string>>; readonly refusal?: undefined } | TargetRefusal;

/** How a credential's key is sent: as a bearer token, or as `auth_header` and `auth_scheme` say. Not when it is blank. */
export function keyHeader(credentials: Readonly<Record<string, string>>): KeyHeader {
  const apiKey = secretOf(credentials, 'api_key');
  if (apiKey === '') return { header: {} };
  const name = secretOf(credentials, 'auth_header').toLowerCase() || 'authorization';
  if (!isKeyHeaderName(name)) return { refusal: 'the auth_header of the model provider is no header for a key' };
  const scheme = secretOf(credentials, 'auth_scheme') || (name === 'authorization' ? 'Bearer' : '');
  const value = scheme === '' ? apiKey : `${scheme} ${apiKey}`;
  return isHeaderValue(value) ? { header: { [name]: value } } : UNUSABLE_API_KEY;
}
