import type { ApiError } from './api-error.js';

/** An answer that is ready to be sent. */
export interface RenderedError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ESCAPES: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
const RETRY_AFTER_SECONDS = '1';

/**
 * The error envelope of contract 2.9. `<`, `>` and `&` are escaped, so that no browser takes the body for markup.
 */
export function renderError(error: ApiError): RenderedError {
  const { code, type, message, meta, entry } = error;
  const hasMeta = Object.keys(meta).length > 0;
  const envelope = { error: { type, code, message, ...(hasMeta ? { meta } : {}), fault: entry.fault } };
  return {
    status: error.status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-langwatch-handled-error': code,
      ...(error.status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {}),
    },
    body: `${JSON.stringify(envelope).replace(/[<>&]/g, (character) => ESCAPES[character] ?? character)}\n`,
  };
}
