import type { IncomingHttpHeaders } from 'node:http';

/** Provider headers that go on to the client as they are. */
const FORWARDED: ReadonlySet<string> = new Set([
  'content-type',
  'retry-after',
  'x-should-retry',
  'openai-model',
  'openai-organization',
  'openai-processing-ms',
  'openai-version',
  // Anthropic's SDKs show it with every answer.
  'request-id',
]);

/** Headers by which vendors name a request, the first that is there wins. */
const REQUEST_IDS = ['x-request-id', 'request-id', 'x-amzn-requestid', 'apim-request-id'] as const;

/** Families of provider headers that go on to the client as they are. */
const FORWARDED_PREFIXES = ['x-ratelimit-', 'anthropic-ratelimit-'] as const;

/**
 * Copies what a provider's answer may tell the client: its content type, its rate limits, when to try again, and its
 * own request id, which is renamed because `X-Request-Id` is the gateway's. Hop-by-hop headers, cookies and whatever
 * could pass for a header of ours stay behind.
 */
export function copyProviderHeaders(from: IncomingHttpHeaders, to: Record<string, string | string[]>): void {
  for (const name in from) {
    const value = from[name];
    if (value === undefined) continue;
    if (FORWARDED.has(name) || FORWARDED_PREFIXES.some((prefix) => name.startsWith(prefix))) to[name] = value;
  }
  for (const name of REQUEST_IDS) {
    const value = from[name];
    if (value === undefined) continue;
    to['x-langwatch-provider-request-id'] = value;
    return;
  }
}
