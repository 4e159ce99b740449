import type { Dialect } from '#providers';
import { renderAnthropicError } from './anthropic-error.js';
import { renderGeminiError } from './gemini-error.js';
import type { ErrorContext } from './error-context.js';
import type { GatewayError } from './gateway-error.js';
import { renderOpenAiError } from './openai-error.js';

/** The body of one of our own errors, in the dialect of the client. */
export function renderError(dialect: Dialect, error: GatewayError, context: ErrorContext): string {
  switch (dialect) {
    case 'anthropic-messages':
      return renderAnthropicError(error, context);
    case 'gemini':
      return renderGeminiError(error, context);
    default:
      return renderOpenAiError(error, context.trace);
  }
}
