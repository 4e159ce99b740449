import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { apiError } from '../errors/api-error.js';
import { parseInput } from './parse-input.js';

/**
 * Parses a request body as JSON and with a schema: `@Body(new JsonBody(schema)) body: z.output<typeof schema>`.
 *
 * A body that is absent or empty reads as `{}`. Refusals are 400 `invalid_json` and 400 `validation_error`.
 */
export class JsonBody<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(value: unknown): z.output<Schema> {
    return parseInput(this.schema, parseJson(value), 'body');
  }
}

/** The JSON value of a raw body; `{}` when there is none. Throws `invalid_json`. */
export function parseJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw apiError('invalid_json', { cause: error });
  }
}
