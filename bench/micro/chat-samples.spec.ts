import { describe, expect, it } from 'vitest';
import { chatRequestOf } from './chat-samples.js';

describe('chatRequestOf', () => {
  it.each([
    [200, false],
    [2048, false],
    [2048, true],
  ])('is exactly %i bytes of JSON', (byteCount, stream) => {
    const body = chatRequestOf(byteCount, stream);
    expect(body).toHaveLength(byteCount);
    expect(JSON.parse(body.toString())).toMatchObject(stream ? { stream: true } : { model: 'bench-model' });
  });
});
