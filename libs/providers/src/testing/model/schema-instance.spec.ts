import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../spec/json.js';
import { instanceOf } from './schema-instance.js';

describe('instanceOf', () => {
  it.each<[why: string, schema: Json, instance: Json]>([
    ['a text', { type: 'string' }, 'word'],
    ['a text of a length', { type: 'string', minLength: 6, maxLength: 8 }, 'word..'],
    ['a text that must be short', { type: 'string', maxLength: 2 }, 'wo'],
    ['a whole number', { type: 'integer' }, 1],
    ['a number above a bound', { type: 'number', minimum: 2.5 }, 3],
    ['a number below a bound', { type: 'integer', maximum: -2 }, -2],
    ['a boolean', { type: 'boolean' }, true],
    ['a null', { type: 'null' }, null],
    ['the first of several', { enum: ['b', 'a'] }, 'b'],
    ['a constant', { const: { a: 1 } }, { a: 1 }],
    ['the first of several schemas', { anyOf: [{ type: 'integer' }, { type: 'string' }] }, 1],
    ['a type that may be null', { type: ['null', 'boolean'] }, true],
    ['a list with as many as it needs', { type: 'array', minItems: 2, items: { type: 'integer' } }, [1, 1]],
    ['what is required of an object', { type: 'object', properties: { a: {}, b: {} }, required: ['a'] }, { a: 'word' }],
    ['an object without its type', { properties: { a: { type: 'integer' } }, required: ['a'] }, { a: 1 }],
    ['Gemini’s spelling', { type: 'ARRAY', minItems: '2', items: { type: 'STRING' } }, ['word', 'word']],
    ['a reference', { $ref: '#/$defs/a', $defs: { a: { type: 'integer' } } }, 1],
    ['anything', {}, 'word'],
  ])('gives %s', (_why, schema, instance) => {
    expect(instanceOf(schema, 'word')).toEqual(instance);
  });

  it('ends for schemas that hold themselves, and for whatever is no schema', () => {
    const tree = { type: 'object', properties: { child: { $ref: '#' } }, required: ['child'] };
    expect(JSON.stringify(instanceOf(tree, 'word'))).toMatch(/^\{"child":\{"child":/);
    fc.assert(fc.property(fc.jsonValue(), (schema) => void instanceOf(schema as Json, 'word')));
  });
});
