import { z } from 'zod';

const WAIT_MS_DEFAULT = 5_000;
const WAIT_MS_MAX = 30_000;

/** The query of acts that can wait until every running gateway has heard of them. */
export const waitQuery = z.strictObject({
  wait: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('`true` answers only when every running gateway has applied the change, or the time is up.'),
  timeout_ms: z.coerce
    .number()
    .int()
    .min(1)
    .max(WAIT_MS_MAX)
    .default(WAIT_MS_DEFAULT)
    .describe('How long `wait` waits at most, in milliseconds.'),
});
export type WaitQuery = z.output<typeof waitQuery>;

/** How far a change has got; only in answers to `wait=true`. The status is the same either way. */
export const propagationSchema = z
  .object({
    revision: z.string().describe('The revision of the change.'),
    complete: z.boolean().describe('Whether every running gateway that may hold the key has applied it.'),
    acknowledged: z.array(z.string()).describe('The gateways that have.'),
    pending: z
      .array(z.string())
      .describe('Those that have not said so in time. They stop counting 30 s after their last sign of life.'),
  })
  .meta({ id: 'Propagation' });
