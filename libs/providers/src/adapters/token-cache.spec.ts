import { VirtualClock } from '#kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { TokenCache, TokenUnavailableError, type ExpiringToken } from './token-cache.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

let clock: VirtualClock;
let cache: TokenCache<ExpiringToken>;
let fetches: PromiseWithResolvers<ExpiringToken>[];

beforeEach(() => {
  clock = new VirtualClock();
  cache = new TokenCache(clock);
  fetches = [];
});

function get(identity = 'a'): ExpiringToken | Promise<ExpiringToken> {
  return cache.get(identity, () => {
    const pending = Promise.withResolvers<ExpiringToken>();
    fetches.push(pending);
    return pending.promise;
  });
}

function token(name: string, lifeMs = HOUR_MS): ExpiringToken {
  return { token: name, expiresAtMs: clock.now() + lifeMs };
}

async function hold(name: string, lifeMs?: number): Promise<void> {
  const waiting = get();
  fetches.at(-1)?.resolve(token(name, lifeMs));
  await waiting;
}

describe('TokenCache', () => {
  it('fetches one token for all who wait, and answers at once from then on', async () => {
    const waiting = [get(), get(), get()];
    expect(fetches).toHaveLength(1);
    fetches[0]?.resolve(token('one'));
    expect((await Promise.all(waiting)).map((each) => each.token)).toEqual(['one', 'one', 'one']);
    expect(get()).toMatchObject({ token: 'one' });
    expect(fetches).toHaveLength(1);
    expect(clock.sleeping).toBe(0);
  });

  it('keeps identities apart', async () => {
    void get('a');
    const other = get('b');
    expect(fetches).toHaveLength(2);
    fetches[1]?.resolve(token('of b'));
    expect(await other).toMatchObject({ token: 'of b' });
  });

  it('replaces a token five minutes before its end, while the old one still serves', async () => {
    await hold('old');
    await clock.advance(HOUR_MS - 5 * MINUTE_MS - 1);
    expect(get()).toMatchObject({ token: 'old' });
    expect(fetches).toHaveLength(1);
    await clock.advance(1);
    expect([get(), get()]).toMatchObject([{ token: 'old' }, { token: 'old' }]);
    expect(fetches).toHaveLength(2);
    fetches[1]?.resolve(token('new'));
    await clock.advance(0);
    expect(get()).toMatchObject({ token: 'new' });
  });

  it('goes on with the old token when its replacement cannot be had, and asks again only later', async () => {
    await hold('old');
    await clock.advance(HOUR_MS - 5 * MINUTE_MS);
    get();
    fetches[1]?.reject(new Error('refused'));
    await clock.advance(1_000);
    expect(get()).toMatchObject({ token: 'old' });
    expect(fetches).toHaveLength(2);
    await clock.advance(30_000);
    expect(get()).toMatchObject({ token: 'old' });
    expect(fetches).toHaveLength(3);
  });

  it('sends no token that may have ended before it arrives', async () => {
    await hold('old');
    await clock.advance(HOUR_MS - 30_000);
    const waiting = get();
    expect(waiting).toBeInstanceOf(Promise);
    fetches.at(-1)?.resolve(token('new'));
    expect(await waiting).toMatchObject({ token: 'new' });
  });

  it('uses a token that lives shorter than its margins', async () => {
    await hold('short', 10_000);
    await clock.advance(5_000 - 1);
    expect(get()).toMatchObject({ token: 'short' });
    expect(fetches).toHaveLength(1);
    await clock.advance(2_500 + 1);
    expect(get()).toBeInstanceOf(Promise);
  });

  it('rejects when none can be had, keeps no failure, and names no secret', async () => {
    const failing = get();
    fetches[0]?.reject(new Error('token sk-secret refused'));
    const error: unknown = await Promise.resolve(failing).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TokenUnavailableError);
    expect((error as Error).message).not.toContain('sk-secret');
    const next = get();
    fetches[1]?.resolve(token('one'));
    expect(await next).toMatchObject({ token: 'one' });
  });

  it('gives up a fetch that does not end', async () => {
    const waiting = Promise.resolve(get()).catch((cause: unknown) => cause);
    await clock.advance(10_000);
    expect(await waiting).toBeInstanceOf(TokenUnavailableError);
    expect(clock.sleeping).toBe(0);
  });
});
