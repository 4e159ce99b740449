import type { Dialect } from '#providers';

/**
 * Client headers that mean something to the provider when it is asked in the client's own dialect. Credentials and
 * hop-by-hop headers are not among them and never go up.
 */
const FORWARDED: Partial<Record<Dialect, readonly string[]>> = {
  'anthropic-messages': ['anthropic-version', 'anthropic-beta', 'idempotency-key'],
  gemini: ['x-goog-api-client', 'x-goog-request-params'],
};

const OPENAI = ['openai-beta', 'openai-organization', 'openai-project', 'idempotency-key'] as const;

const NONE: readonly string[] = [];

/** The headers that go up with a request in `dialect` that goes through unchanged. */
export function headersForwardedWith(dialect: Dialect): readonly string[] {
  return FORWARDED[dialect] ?? (dialect.startsWith('openai-') ? OPENAI : NONE);
}
