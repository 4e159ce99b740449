import { z } from 'zod';

/** What the load generator is asked to do. */
export const loadRequestSchema = z.object({
  url: z.url(),
  body: z.string(),
  authorization: z.string(),
  connections: z.int(),
  durationSeconds: z.int(),
});
export type LoadRequest = z.output<typeof loadRequestSchema>;

/** What it answers. Latencies are whole milliseconds: the generator's histogram is no finer. */
export const loadResultSchema = z.object({
  requests: z.int(),
  requestsPerSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  /** Answers that were not 2xx, connections that broke, and requests without an answer. */
  failures: z.int(),
});
export type LoadResult = z.output<typeof loadResultSchema>;
