import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { AmbientCredentials } from './ambient-credentials.js';
import type { AwsCredentials } from './aws-credentials.js';

const MINUTE_MS = 60_000;

/** A source whose fetches a test answers one by one. */
class Source {
  readonly fetches: PromiseWithResolvers<AwsCredentials>[] = [];

  readonly fetch = (): Promise<AwsCredentials> => {
    const fetch = Promise.withResolvers<AwsCredentials>();
    this.fetches.push(fetch);
    return fetch.promise;
  };

  answer(index: number, credentials: AwsCredentials): void {
    this.fetches[index]?.resolve(credentials);
  }
}

function keys(accessKeyId: string, expiresInMs: number | undefined, clock: VirtualClock): AwsCredentials {
  const expiration = expiresInMs === undefined ? undefined : new Date(clock.now() + expiresInMs);
  return { accessKeyId, secretAccessKey: 's', expiration };
}

function setUp() {
  const clock = new VirtualClock();
  const source = new Source();
  return { clock, source, ambient: new AmbientCredentials(clock, source.fetch) };
}

describe('AmbientCredentials', () => {
  it('fetches once for all that wait, and then hands out at once what it has', async () => {
    const { clock, source, ambient } = setUp();
    const waiting = [ambient.get(), ambient.get(), ambient.get()];
    const fetched = keys('A', 60 * MINUTE_MS, clock);
    source.answer(0, fetched);
    expect(await Promise.all(waiting)).toEqual([fetched, fetched, fetched]);
    expect(ambient.get()).toBe(fetched);
    expect(source.fetches).toHaveLength(1);
    expect(clock.sleeping).toBe(0);
  });

  it('keeps credentials without an end', async () => {
    const { clock, source, ambient } = setUp();
    const waiting = ambient.get();
    source.answer(0, keys('A', undefined, clock));
    await waiting;
    await clock.advance(365 * 24 * 60 * MINUTE_MS);
    expect(ambient.get()).toMatchObject({ accessKeyId: 'A' });
    expect(source.fetches).toHaveLength(1);
  });

  it('fetches anew shortly before the end, once, while requests go on with the old ones', async () => {
    const { clock, source, ambient } = setUp();
    const waiting = ambient.get();
    source.answer(0, keys('old', 60 * MINUTE_MS, clock));
    await waiting;
    await clock.advance(56 * MINUTE_MS);
    expect(ambient.get()).toMatchObject({ accessKeyId: 'old' });
    expect(ambient.get()).toMatchObject({ accessKeyId: 'old' });
    expect(source.fetches).toHaveLength(2);
    source.answer(1, keys('new', 60 * MINUTE_MS, clock));
    await clock.advance(0);
    expect(ambient.get()).toMatchObject({ accessKeyId: 'new' });
  });

  it('never hands out credentials that have ended', async () => {
    const { clock, source, ambient } = setUp();
    const waiting = ambient.get();
    source.answer(0, keys('old', 60 * MINUTE_MS, clock));
    await waiting;
    await clock.advance(60 * MINUTE_MS);
    const renewed = ambient.get();
    expect(renewed).toBeInstanceOf(Promise);
    source.answer(1, keys('new', 60 * MINUTE_MS, clock));
    expect(await renewed).toMatchObject({ accessKeyId: 'new' });
  });

  it('outlives a refresh that fails, and tries again', async () => {
    const { clock, source, ambient } = setUp();
    const waiting = ambient.get();
    source.answer(0, keys('old', 60 * MINUTE_MS, clock));
    await waiting;
    await clock.advance(56 * MINUTE_MS);
    ambient.get();
    source.fetches[1]?.reject(new Error('throttled'));
    await clock.advance(0);
    expect(ambient.get()).toMatchObject({ accessKeyId: 'old' });
    expect(source.fetches).toHaveLength(3);
  });

  it('tells every waiter that there are none, and asks again the next time', async () => {
    const { source, ambient } = setUp();
    const first = ambient.get();
    source.fetches[0]?.reject(new Error('no source has any'));
    await expect(first).rejects.toThrow('no source has any');
    const second = ambient.get();
    source.fetches[1]?.reject(new Error('still none'));
    await expect(second).rejects.toThrow('still none');
  });

  it('does not wait for ever for a source that hangs', async () => {
    const { clock, ambient } = setUp();
    const hanging = ambient.get();
    const outcome = expect(hanging).rejects.toThrow('within 10000 ms');
    await clock.advance(10_000);
    await outcome;
    expect(clock.sleeping).toBe(0);
  });
});
