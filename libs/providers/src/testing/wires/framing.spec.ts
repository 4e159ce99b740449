import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSseFrame } from '../../transport/sse-frame.js';
import { AWS_CODEC } from './aws-codec.js';
import { AWS_FRAMING, JSON_ARRAY_FRAMING, sseFraming, type Frame } from './framing.js';

const frame: Frame = { role: 'content', event: 'delta', data: { text: 'ä\n🐕' } };

describe('framings', () => {
  it.each(['\n', '\r\n'] as const)('server-sent events are read as they were written, with %j', (lineEnd) => {
    const bytes = sseFraming(lineEnd).encode(frame, true);
    expect(readSseFrame(bytes)).toEqual({ event: 'delta', data: JSON.stringify(frame.data) });
    expect(bytes.toString()).toMatch(new RegExp(`${lineEnd}${lineEnd}$`));
  });

  it('a JSON array holds every event, with keep-alives between them', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 }), (events) => {
        const parts = events.map((data, index) => JSON_ARRAY_FRAMING.encode({ role: 'content', data }, index === 0));
        const text = parts.join(JSON_ARRAY_FRAMING.keepAlive) + JSON_ARRAY_FRAMING.closing;
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(events)));
      }),
    );
  });

  it('an AWS event says what it is, and an exception that it is one', () => {
    const valuesOf = (role: Frame['role']) =>
      Object.entries(AWS_CODEC.decode(AWS_FRAMING.encode({ ...frame, role }, true)).headers).map(
        ([name, { value }]) => [name, value],
      );
    expect(valuesOf('content')).toContainEqual([':event-type', 'delta']);
    expect(valuesOf('error')).toEqual([
      [':exception-type', 'delta'],
      [':content-type', 'application/json'],
      [':message-type', 'exception'],
    ]);
  });
});
