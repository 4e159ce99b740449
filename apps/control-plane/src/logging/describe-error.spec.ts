import { describe, expect, it } from 'vitest';
import { describeError } from './describe-error.js';

describe('describeError', () => {
  it('names an error and leaves the row that it quotes out', () => {
    const error = Object.assign(new Error('violates check'), { code: '23514', detail: 'Failing row contains (sk-1)' });
    expect(describeError(error)).toMatchObject({ type: 'Error', message: 'violates check', code: '23514' });
    expect(JSON.stringify(describeError(error))).not.toContain('sk-1');
  });

  it('follows causes, but not for ever', () => {
    const circular = new Error('outer');
    circular.cause = circular;
    expect(JSON.stringify(describeError(circular)).match(/"message":"outer"/g)).toHaveLength(4);
  });

  it('survives what is no error', () => {
    expect(describeError('text')).toEqual({ type: 'string', message: 'text' });
  });
});
