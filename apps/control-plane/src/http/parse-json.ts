import { apiError } from '../errors/api-error.js';

/** The JSON value of a raw request body; `{}` when there is none. Throws 400 `invalid_json`. */
export function parseJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw apiError('invalid_json', { cause: error });
  }
}
