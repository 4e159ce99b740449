import { LRUCache } from 'lru-cache';
import type { Clock } from '#kernel';

/** A token that ends by itself. */
export interface ExpiringToken {
  readonly token: string;
  /** When it ends, in milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** A token could not be had. Expected, so it has no stack trace; its message holds no secret. */
export class TokenUnavailableError extends Error {
  override readonly name = 'TokenUnavailableError';

  /** @param message Who did not give a token, and why, as far as it may be shown. */
  constructor(message: string, options?: ErrorOptions) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message, options);
    Error.stackTraceLimit = limit;
  }
}

/** Tokens that are kept; the least recently used one is fetched anew. */
const TOKENS_MAX = 4096;
/** How long before its end a token is replaced, in the background. */
const REFRESH_BEFORE_END_MS = 5 * 60_000;
/** How long before its end a token is no longer sent: it must still hold when it arrives. */
const UNUSABLE_BEFORE_END_MS = 30_000;
/** How long the background waits after a refresh that brought nothing better. */
const REFRESH_AGAIN_AFTER_MS = 30_000;
/** How long a token may take to come. */
const FETCH_MS_MAX = 10_000;

interface Held<Token> {
  readonly token: Token;
  readonly usableUntilMs: number;
  refreshAtMs: number;
}

/**
 * Tokens by the identity that they speak for.
 *
 * A request waits for a token only when there is none that holds; one that ends soon is replaced beside the requests.
 * Each identity has one fetch in flight at most, however many requests want it, and every fetch ends in time.
 */
export class TokenCache<Token extends ExpiringToken> {
  private readonly held = new LRUCache<string, Held<Token>>({ max: TOKENS_MAX });
  private readonly flights = new Map<string, Promise<Token>>();

  constructor(private readonly clock: Clock) {}

  /**
   * The token of `identity`, at once when one is held. `fetch` is asked for one that is not; the promise rejects with
   * {@link TokenUnavailableError} when it cannot say.
   */
  get(identity: string, fetch: () => Promise<Token>): Token | Promise<Token> {
    const held = this.held.get(identity);
    const nowMs = this.clock.now();
    if (held === undefined || nowMs >= held.usableUntilMs) return this.fly(identity, fetch);
    if (nowMs >= held.refreshAtMs) {
      held.refreshAtMs = nowMs + REFRESH_AGAIN_AFTER_MS;
      // The token at hand still serves; whoever needs the next one learns what is wrong.
      this.fly(identity, fetch).catch(() => undefined);
    }
    return held.token;
  }

  private fly(identity: string, fetch: () => Promise<Token>): Promise<Token> {
    let flight = this.flights.get(identity);
    if (flight === undefined) {
      flight = this.fetchInTime(identity, fetch).finally(() => this.flights.delete(identity));
      this.flights.set(identity, flight);
    }
    return flight;
  }

  private async fetchInTime(identity: string, fetch: () => Promise<Token>): Promise<Token> {
    const finished = new AbortController();
    const late = this.clock.sleep(FETCH_MS_MAX, finished.signal).then(() => {
      throw new TokenUnavailableError('an access token did not come in time');
    });
    try {
      const token = await Promise.race([fetch(), late]);
      this.held.set(identity, this.hold(token));
      return token;
    } catch (cause) {
      throw cause instanceof TokenUnavailableError
        ? cause
        : new TokenUnavailableError('an access token could not be fetched', { cause });
    } finally {
      late.catch(() => undefined);
      finished.abort();
    }
  }

  /** Margins shrink for tokens that live shorter than the margins themselves. */
  private hold(token: Token): Held<Token> {
    const nowMs = this.clock.now();
    const lifeMs = Math.max(0, token.expiresAtMs - nowMs);
    return {
      token,
      usableUntilMs: token.expiresAtMs - Math.min(UNUSABLE_BEFORE_END_MS, lifeMs / 4),
      refreshAtMs: token.expiresAtMs - Math.min(REFRESH_BEFORE_END_MS, lifeMs / 2),
    };
  }
}
