import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { parseInput } from './parse-input.js';

/** Parses the query string with a schema: `@Query(new ZodQuery(schema)) query`. Refuses with 400 `validation_error`. */
export class ZodQuery<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(value: unknown): z.output<Schema> {
    return parseInput(this.schema, value, 'query');
  }
}
