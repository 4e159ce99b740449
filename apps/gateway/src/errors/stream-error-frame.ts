import { anthropicMessagesInbound, geminiInbound, writeSseFrame, type Dialect, type ModelError } from '#providers';

/**
 * The last event of a stream that went through unchanged and cannot be completed (contract 2.8). Nothing follows, above
 * all no terminal marker, so no client takes the partial answer for a whole one; each vendor's SDKs raise it. Codex
 * raises `response.failed` and passes over `error`, so a stream of responses gets both.
 */
export function streamErrorFrame(dialect: Dialect, error: ModelError): string {
  const { kind, message, type, code } = error;
  switch (dialect) {
    case 'anthropic-messages':
      return writeSseFrame(anthropicMessagesInbound.writeError(error), 'error');
    case 'gemini':
      return writeSseFrame(geminiInbound.writeError(error));
    case 'openai-responses': {
      const details = { type: type ?? kind, code: code ?? 'server_error', message, param: null };
      const failed = { object: 'response', status: 'failed', error: { code: details.code, message }, output: [] };
      return (
        writeSseFrame({ type: 'error', code: details.code, message, param: null, error: details }, 'error') +
        writeSseFrame({ type: 'response.failed', response: failed }, 'response.failed')
      );
    }
    default:
      return writeSseFrame({ type: 'error', error: { type: type ?? code ?? kind, code, message } }, 'error');
  }
}
