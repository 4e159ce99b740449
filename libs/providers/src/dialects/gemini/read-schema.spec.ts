import { describe, expect, it } from 'vitest';
import { readSchema } from './read-schema.js';

describe("Google's schemas", () => {
  it('become JSON Schema, with types in lower case and counts as numbers', () => {
    expect(
      readSchema(
        {
          type: 'OBJECT',
          properties: {
            type: { type: 'STRING', format: 'enum', enum: ['a', 'b'], nullable: true },
            list: { type: 'ARRAY', minItems: '1', max_items: 5, items: { type: 'NUMBER', minimum: 0 } },
            either: { any_of: [{ type: 'STRING' }, { type: 'BOOLEAN' }], nullable: true },
            plain: { type: 'STRING', format: 'date-time', nullable: false, pattern: '^x$' },
          },
          required: ['type'],
          property_ordering: ['type', 'list'],
        },
        'schema',
      ),
    ).toEqual({
      type: 'object',
      properties: {
        type: { type: ['string', 'null'], enum: ['a', 'b', null] },
        list: { type: 'array', minItems: 1, maxItems: 5, items: { type: 'number', minimum: 0 } },
        either: { anyOf: [{ type: 'string' }, { type: 'boolean' }, { type: 'null' }] },
        plain: { type: 'string', format: 'date-time', pattern: '^x$' },
      },
      required: ['type'],
      propertyOrdering: ['type', 'list'],
    });
  });

  it('leave JSON Schema as it is', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: ['string', 'null'], const: 'x' } },
      additionalProperties: false,
    };
    expect(readSchema(schema, 'schema')).toEqual(schema);
  });
});
