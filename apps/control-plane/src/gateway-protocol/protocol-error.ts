import { ApiError, type ApiErrorDetail } from '../errors/api-error.js';
import type { ErrorEntry } from '../errors/error-catalogue.js';

interface ProtocolErrorEntry extends ErrorEntry {
  /** `permission_denied` means the gateway itself was refused, which says nothing about a customer's key. */
  readonly type: string;
}

const SIGNATURE = { status: 401, type: 'permission_denied', fault: 'platform' } as const;
const UNKNOWN_KEY = { status: 401, type: 'invalid_api_key', fault: 'customer' } as const;
const REQUEST = { status: 400, type: 'bad_request', fault: 'platform' } as const;

/** Every error that the gateway protocol can answer, by code (contract 3.1, 3.3, 3.5, 3.7, 3.12). */
export const PROTOCOL_ERRORS = {
  missing_signature: { ...SIGNATURE, message: 'The request is not signed.' },
  invalid_signature: { ...SIGNATURE, message: 'The signature does not fit the request.' },
  invalid_timestamp: { ...SIGNATURE, message: 'The timestamp must be Unix seconds.' },
  timestamp_out_of_window: { ...SIGNATURE, message: 'The timestamp is too far from the present. Check the clocks.' },
  missing_key_presented: { ...REQUEST, message: 'key_presented is required.' },
  malformed_key: { ...UNKNOWN_KEY, message: 'The key does not look like a virtual key.' },
  virtual_key_not_found: { ...UNKNOWN_KEY, message: 'There is no such virtual key.' },
  virtual_key_revoked: {
    status: 403,
    type: 'virtual_key_revoked',
    fault: 'customer',
    message: 'The virtual key was revoked.',
  },
  virtual_key_disabled: {
    status: 403,
    type: 'virtual_key_disabled',
    fault: 'customer',
    message: 'The virtual key is disabled.',
  },
  virtual_key_expired: {
    status: 403,
    type: 'virtual_key_expired',
    fault: 'customer',
    message: 'The virtual key has expired.',
  },
  unknown_virtual_key: {
    status: 404,
    type: 'invalid_api_key',
    fault: 'platform',
    message: 'There is no virtual key of this id.',
  },
  missing_organization_id: { ...REQUEST, message: 'organization_id is required.' },
  invalid_since: { ...REQUEST, message: 'since must be a whole number.' },
  invalid_cursors: { ...REQUEST, message: 'cursors must map 1 to 1,000 organizations to whole numbers.' },
  invalid_limit: { ...REQUEST, message: 'limit must be a whole number from 1 to 2,000.' },
  invalid_batch: { ...REQUEST, message: 'A batch has 1 to 500 records.' },
  too_many_readers: {
    status: 503,
    type: 'overloaded',
    fault: 'platform',
    message: 'Too many readers wait for changes. Retry shortly.',
  },
} as const satisfies Record<string, ProtocolErrorEntry>;

export type ProtocolErrorCode = keyof typeof PROTOCOL_ERRORS;

/** The error of a code of {@link PROTOCOL_ERRORS}. */
export function protocolError(code: ProtocolErrorCode, detail: ApiErrorDetail = {}): ApiError {
  const entry = PROTOCOL_ERRORS[code];
  // On the wire both mean the same key; only the status differs, by endpoint.
  const wireCode = code === 'unknown_virtual_key' ? 'virtual_key_not_found' : code;
  return new ApiError(wireCode, entry.type, entry, detail);
}
