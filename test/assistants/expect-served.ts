import { expect } from 'vitest';
import type { FakeUpstreamProcess, UpstreamRequest } from '../support/fake-upstream-process.js';
import { usageOfRound } from './rounds.js';
import type { Scene } from './scene.js';

/** Headers that belong to one connection or one transfer. */
const HOP_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);

/**
 * Holds what went to the provider, and what the ledger says, to what an assistant's `rounds` must have come to: one
 * request each, with the client's own bytes where both speak one language and else of a kind that the vendor takes, and
 * one line each with the tokens that were reported.
 */
export async function expectServed(upstream: FakeUpstreamProcess, scene: Scene, rounds: number): Promise<void> {
  const { route, isStraight } = scene.provider;
  const requests = await upstream.requests();
  const usage = Array.from({ length: rounds }, (_, index) => usageOfRound(index));
  expect(requests.map(({ url }) => url.includes(route))).toEqual(usage.map(() => true));
  if (isStraight === true) {
    const sent = scene.questions.map(({ body }) => body.toString());
    expect(requests.map(({ body }) => body.toString())).toEqual(sent);
  } else {
    for (const request of requests) expect(await objectionTo(upstream, request)).toBeUndefined();
  }
  const lines = await scene.ledger(rounds);
  expect(lines).toMatchObject(
    usage.map(({ promptTokens, completionTokens }) => ({
      outcome: 'confirmed',
      input_tokens: BigInt(promptTokens),
      output_tokens: BigInt(completionTokens),
      usage_estimated: false,
    })),
  );
}

/**
 * What the scripted provider objects to in a request that it had answered as told: it looks at one more closely when it
 * answers of its own accord. Undefined when the vendor would have taken it.
 */
async function objectionTo(
  upstream: FakeUpstreamProcess,
  { method, url, headers, body }: UpstreamRequest,
): Promise<string | undefined> {
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    HOP_HEADERS.has(name) ? [] : [[name, String(value)]],
  );
  const response = await fetch(upstream.url + url, { method, headers: kept, body: new Uint8Array(body) });
  const text = await response.text();
  return response.ok ? undefined : `${response.status} ${text}`;
}
