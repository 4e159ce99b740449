import { z } from 'zod';
import type { RawAnswer } from './raw-http.js';

const errorSchema = z.object({
  error: z.looseObject({
    type: z.string(),
    code: z.string(),
    message: z.string(),
    fault: z.string(),
    meta: z.record(z.string(), z.unknown()).optional(),
    tips: z.array(z.string()).optional(),
  }),
});

/** The error of an answer that the gateway wrote itself; anything else is a failure. */
export function errorOf(answer: Pick<RawAnswer, 'body'>): z.output<typeof errorSchema>['error'] {
  return errorSchema.parse(JSON.parse(answer.body.toString())).error;
}
