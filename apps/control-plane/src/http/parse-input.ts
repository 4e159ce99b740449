import type { z } from 'zod';
import { apiError } from '../errors/api-error.js';

/** Where an input came from. */
export type InputTarget = 'body' | 'query' | 'param' | 'header';

/** Problems that one answer names at most. */
const FIELDS_MAX = 50;

/**
 * Parses client input, or throws 400 `validation_error` with `meta.target` and `meta.fields` (path and reason of each
 * problem). Values are never repeated: they may be secrets.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  target: InputTarget,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues
    .slice(0, FIELDS_MAX)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw apiError('validation_error', { meta: { target, fields } });
}
