import type { Dialect } from '#providers';
import { renderAnthropicError } from './anthropic-error.js';
import { renderGeminiError } from './gemini-error.js';
import type { GatewayError } from './gateway-error.js';
import { renderOpenAiError, type TraceIds } from './openai-error.js';

/** Facts of the exchange that an error's body repeats. */
export interface ErrorContext {
  /** The id that the request is billed and logged under; undefined outside of public endpoints. */
  readonly requestId: string | undefined;
  readonly trace: TraceIds | undefined;
}

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
