import { z } from 'zod';

const rate = z.int().nonnegative();

const ratesShape = {
  input: rate,
  output: rate,
  cacheRead: rate.exactOptional(),
  cacheWrite: rate.exactOptional(),
  cacheWrite1h: rate.exactOptional(),
  inputAudio: rate.exactOptional(),
  outputAudio: rate.exactOptional(),
};

const priceSchema = z.strictObject({
  ...ratesShape,
  tiers: z.array(z.strictObject({ aboveInputTokens: rate, ...ratesShape })).exactOptional(),
  perRequest: rate.exactOptional(),
  perAudioHour: rate.exactOptional(),
  effectiveFromMs: z.int().exactOptional(),
  effectiveToMs: z.int().exactOptional(),
  dailyWindow: z.strictObject({ fromMs: rate, toMs: rate }).exactOptional(),
});

const term = z.string().regex(/^[=^$*#~!]/);

/** A model: its name, the terms that match it, and its prices in the order in which they are tried (null: not known). */
const modelSchema = z.tuple([z.string(), z.array(z.union([term, z.array(term)])), z.array(priceSchema).nullable()]);

/** The shipped price data, as `scripts/update-prices.mjs` writes it. */
export const priceBookDataSchema = z.object({
  /** Which prices these are; changes with every update. */
  version: z.string(),
  notice: z.string(),
  /** The gateway's name of a vendor → the key in `vendors`. */
  families: z.record(z.string(), z.string()),
  vendors: z.record(
    z.string(),
    z.object({
      /** Vendors whose models this one resells under their own names, asked in order after its own. */
      fallbacks: z.array(z.string()),
      models: z.array(modelSchema),
    }),
  ),
});
export type PriceBookData = z.output<typeof priceBookDataSchema>;
