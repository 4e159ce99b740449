import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.js';

/**
 * The last event of an OpenAI chat stream that cannot be completed (contract 2.8). No `[DONE]` follows, so no client
 * takes the partial answer for a whole one; OpenAI's SDKs raise it as an error.
 */
export function openAiStreamErrorFrame(code: ErrorCode): string {
  const { message } = ERROR_CATALOGUE[code];
  return `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: code, code, message } })}\n\n`;
}
