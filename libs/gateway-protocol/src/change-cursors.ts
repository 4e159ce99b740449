import { z } from 'zod';
import { changesResponseSchema } from './endpoints.js';

/** Organizations in one `POST /changes` at most. */
export const CHANGE_CURSORS_MAX = 1_000;

/**
 * Body of `POST /changes` (our extension): the change feeds of many organizations in one long poll.
 *
 * Each cursor means what `since` means in `GET /changes`: everything up to it has been applied by the asker, and what
 * is answered comes after it.
 */
export const changeCursorsRequestSchema = z.object({
  /** Organization → revision, as decimal digits. */
  cursors: z
    .record(z.string().min(1).max(64), z.string().regex(/^\d{1,18}$/))
    .refine((cursors) => Object.keys(cursors).length > 0, 'must name an organization')
    .refine((cursors) => Object.keys(cursors).length <= CHANGE_CURSORS_MAX, `at most ${CHANGE_CURSORS_MAX}`),
  /** Seconds that the control plane may wait for something to happen; clamped to 1…25. Default 10. */
  timeout_s: z.number().optional(),
});
/** The body as a gateway writes it. */
export type ChangeCursorsRequest = z.input<typeof changeCursorsRequestSchema>;

/**
 * Answer of `POST /changes` when something happened, otherwise it is 204 without a body.
 *
 * Only organizations with news are in it. `changes` is empty when the cursor was ahead of the organization's feed (a
 * reader that looks for its place, or a database that was restored): then `current_revision` is where to go on from,
 * and such an organization is answered at once, whatever else waits.
 */
export const changeCursorsResponseSchema = z.object({ organizations: z.record(z.string(), changesResponseSchema) });
export type ChangeCursorsResponse = z.output<typeof changeCursorsResponseSchema>;
