import type { UnsupportedFieldError } from '../spec/loss-report.js';

/**
 * True for an error by which a writer refuses a field. It is known by what it is and not by its class, because a plugin
 * may bring a copy of this library of its own.
 */
export function isUnsupportedField(error: unknown): error is UnsupportedFieldError {
  if (!(error instanceof Error) || error.name !== 'UnsupportedFieldError') return false;
  return 'field' in error && typeof error.field === 'string' && 'reason' in error && typeof error.reason === 'string';
}
