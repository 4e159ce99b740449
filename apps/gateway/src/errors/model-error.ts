import { errorKindOfStatus, type ModelError, type ModelErrorKind } from '#providers';
import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.js';

/** Codes whose status does not say it all. */
const KINDS: Partial<Record<ErrorCode, ModelErrorKind>> = {
  budget_exceeded: 'billing',
  circuit_open: 'overloaded',
};

/**
 * An error of the gateway's own in the words that every dialect has.
 *
 * @param words The sentence of this occurrence. Default: the catalogue's.
 */
export function modelErrorOf(code: ErrorCode, words?: string): ModelError {
  const { status, message } = ERROR_CATALOGUE[code];
  return { kind: KINDS[code] ?? errorKindOfStatus(status), status, message: words ?? message, type: code, code };
}
