import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiError } from '../errors/api-error.js';
import { JsonBody } from './json-body.js';

const pipe = new JsonBody(z.strictObject({ name: z.string(), secret: z.string().min(8).optional() }));

function refusal(body: string): ApiError {
  try {
    pipe.transform(Buffer.from(body));
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('JsonBody', () => {
  it('parses bytes as JSON and with its schema', () => {
    expect(pipe.transform(Buffer.from('{"name":"n"}'))).toEqual({ name: 'n' });
  });

  it.each([undefined, null, Buffer.alloc(0)])('reads %s as an empty object', (body) => {
    expect(new JsonBody(z.strictObject({})).transform(body)).toEqual({});
  });

  it('refuses what is not JSON', () => {
    expect(refusal('{"name"')).toMatchObject({ code: 'invalid_json', status: 400 });
  });

  it('names each problem by its path, and repeats no value', () => {
    const error = refusal('{"name":7,"secret":"hunter2"}');
    expect(error).toMatchObject({ code: 'validation_error', status: 400, meta: { target: 'body' } });
    expect(error.meta['fields']).toMatchObject([{ path: 'name' }, { path: 'secret' }]);
    expect(JSON.stringify(error.meta)).not.toContain('hunter2');
  });
});
