import type { ModelPricePayload } from '#gateway-protocol';

/**
 * What tokens cost: each rate is a whole number of nano-USD per million tokens. An explicit 0 means free.
 *
 * A rate that is absent falls back: cache reads and cache writes to `input`, one-hour writes to `cacheWrite` (and then
 * to `input`), audio to `input` and `output`. The fallback of cache reads is dearer than any vendor's own price and so
 * errs on the safe side; a vendor that charges extra for cache writes must have its rate stated.
 */
export interface TokenRates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
  readonly inputAudio?: number;
  readonly outputAudio?: number;
}

/** Rates that hold for the whole request once its input, of all kinds together, is larger than `aboveInputTokens`. */
export interface PriceTier extends TokenRates {
  readonly aboveInputTokens: number;
}

/** A part of every day, in milliseconds since midnight UTC; from inclusive, to exclusive; may wrap around midnight. */
export interface DailyWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The price of a model, and when it holds. Always, when no date and no window is given. */
export interface ModelPrice extends TokenRates {
  /** Dearer (or cheaper) rates for long inputs, ascending by `aboveInputTokens`. */
  readonly tiers?: readonly PriceTier[];
  /** Nano-USD for the request itself, charged once when the request consumed anything. */
  readonly perRequest?: number;
  /** Nano-USD per hour of audio, for transcription that is not priced by tokens. */
  readonly perAudioHour?: number;
  /** Milliseconds since the epoch, inclusive. */
  readonly effectiveFromMs?: number;
  /** Milliseconds since the epoch, exclusive. */
  readonly effectiveToMs?: number;
  /** Set when the price holds only for a part of each day. */
  readonly dailyWindow?: DailyWindow;
}

/** Reads a price that the control plane sent for a model provider of the customer's. */
export function modelPriceOfPayload(payload: ModelPricePayload): ModelPrice {
  return {
    input: payload.input,
    output: payload.output,
    ...(payload.cache_read === undefined ? {} : { cacheRead: payload.cache_read }),
    ...(payload.cache_write === undefined ? {} : { cacheWrite: payload.cache_write }),
    ...(payload.cache_write_1h === undefined ? {} : { cacheWrite1h: payload.cache_write_1h }),
  };
}
