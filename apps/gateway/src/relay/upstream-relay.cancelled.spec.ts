import { VirtualClock } from '#kernel';
import type { UpstreamTarget } from '#providers';
import { StopSource } from '#retry';
import { describe, expect, it } from 'vitest';
import { Attempt } from '../exchange/attempt.js';
import type { UpstreamCall } from './upstream-call.js';
import { UpstreamRelay } from './upstream-relay.js';

describe('an attempt whose credential is still being fetched', () => {
  it('is not sent, and costs nothing, when another attempt has begun to answer meanwhile', async () => {
    let signedIn: (target: UpstreamTarget) => void = () => undefined;
    const targets = { find: () => new Promise<UpstreamTarget>((resolve) => (signedIn = resolve)) };
    const pools = {
      get: () => {
        throw new Error('a call was made');
      },
    };
    const tracer = { startAttempt: () => ({ propagation: {}, end: () => undefined }) };
    const relay = new UpstreamRelay(
      pools as never,
      targets as never,
      tracer as never,
      {} as never,
      {} as never,
      new VirtualClock(),
      { text: 'test', userAgent: 'test' } as never,
    );
    const cancelled = new StopSource();
    const control = { answering: () => undefined, cancelled, repeat: 1 };
    const candidate = { adapter: {}, modelProvider: { id: 'mp_1' }, model: 'm' } as never;
    const attempt = new Attempt(candidate, 1, control, {} as never, false);
    const call = { streams: false, body: Buffer.from('{}'), forwardedHeaders: [] } as unknown as UpstreamCall;

    const result = relay.attempt({ exchange: {} } as never, { raw: {} } as never, attempt, call);
    cancelled.stop();
    signedIn({ origin: 'https://provider.test', path: '/', method: 'POST', headers: {} } as UpstreamTarget);

    expect(await result).toMatchObject({ kind: 'hedge_lost' });
    expect(attempt.dispatchedBytes).toBe(0);
  });
});
