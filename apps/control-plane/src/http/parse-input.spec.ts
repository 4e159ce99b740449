import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiError } from '../errors/api-error.js';
import { parseInput } from './parse-input.js';
import { parseJson } from './parse-json.js';

const schema = z.strictObject({ name: z.string(), secret: z.string().min(8).optional() });

function refusal(body: string): ApiError {
  try {
    parseInput(schema, parseJson(Buffer.from(body)), 'body');
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('parseJson', () => {
  it.each([undefined, null, Buffer.alloc(0)])('reads %s as an empty object', (body) => {
    expect(parseJson(body)).toEqual({});
  });

  it('refuses what is not JSON', () => {
    expect(refusal('{"name"')).toMatchObject({ code: 'invalid_json', status: 400 });
  });
});

describe('parseInput', () => {
  it('answers what the schema makes of the input', () => {
    expect(parseInput(schema, parseJson(Buffer.from('{"name":"n"}')), 'body')).toEqual({ name: 'n' });
  });

  it('names each problem by its path, and repeats no value', () => {
    const error = refusal('{"name":7,"secret":"hunter2"}');
    expect(error).toMatchObject({ code: 'validation_error', status: 400, meta: { target: 'body' } });
    expect(error.meta['fields']).toMatchObject([{ path: 'name' }, { path: 'secret' }]);
    expect(JSON.stringify(error.meta)).not.toContain('hunter2');
  });

  it('names fifty problems at most', () => {
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`key${index}`, 1]));
    const strings = z.record(z.string(), z.string());
    expect(() => parseInput(strings, many, 'query')).toThrow(
      expect.objectContaining({ meta: { target: 'query', fields: expect.objectContaining({ length: 50 }) } }),
    );
  });
});
