import { type ApiError, apiError } from '../errors/api-error.js';
import type { InputTarget } from '../http/parse-input.js';

/** A field of a request and what is wrong with it, as the end of a sentence that starts with the field. */
export interface InvalidField {
  /** Names joined by dots, as `parseInput` writes them. */
  readonly path: string;
  readonly message: string;
}

/** The 400 `validation_error` for what a schema cannot judge: whether ids exist, and whether fields fit together. */
export function invalidFields(fields: readonly InvalidField[], target: InputTarget = 'body'): ApiError {
  return apiError('validation_error', { meta: { target, fields } });
}

/** The 400 `not_supported_yet` that names what would be stored but not enforced. */
export function unsupportedFields(paths: readonly string[]): ApiError {
  return apiError('not_supported_yet', {
    message: `Cannot be enforced yet, so it is refused: ${paths.join(', ')}.`,
    meta: { target: 'body', fields: paths.map((path) => ({ path, message: 'is not supported yet' })) },
  });
}
