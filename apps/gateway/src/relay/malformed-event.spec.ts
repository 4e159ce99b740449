import { readSseFrame } from '#providers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMalformedData, isMalformedEvent } from './malformed-event.js';

describe('an event that no client can read', () => {
  it.each([
    'data: {broken\n\n',
    'data:{"a":1\n\n',
    'data: {"a":1}}\r\n\r\n',
    'event: message\ndata: {"a"\n\n',
    'id: 7\nevent: x\ndata: {]\n\n',
    ': about data: and more\ndata: {broken\n\n',
    'data: {broken',
  ])('is %j', (event) => {
    expect(isMalformedEvent(Buffer.from(event))).toBe(true);
  });

  it('is one that is no UTF-8, wherever', () => {
    const event = Buffer.concat([Buffer.from('data: {"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}\n\n')]);
    expect(isMalformedEvent(event)).toBe(true);
    expect(isMalformedEvent(Buffer.from([0x3a, 0xff, 0x0a, 0x0a]))).toBe(true);
  });

  it.each([
    'data: {"a":"Grüße 👋 \\u2028"}\n\n',
    'data: {"a":1}',
    'event: x\r\ndata: {"a":1}\r\n\r\n',
    'data: [DONE]\n\n',
    'data: [1,\n\n',
    'data: hello\n\n',
    'data:\n\n',
    'data\n\n',
    'dog: {broken\n\n',
    ': {broken\n\n',
    'metadata: {broken\n\n',
    'event: ping\n\n',
    '\n\n',
    '',
    'data: {"a":\ndata: 1}\n\n',
  ])('is not %j', (event) => {
    expect(isMalformedEvent(Buffer.from(event))).toBe(false);
  });

  it('is judged as the reader of frames would, for any event with one line of data', () => {
    const line = fc.constantFrom(': note data: x', 'event: delta', 'id: 1', 'retry: 5', 'metadata: {');
    const payload = fc.oneof(
      fc.json(),
      fc.json().map((json) => json.slice(0, -1)),
      fc.string().map((text) => `{${text}`),
    );
    const breaks = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 3 }), payload, fc.boolean(), breaks, (lines, json, spaced, end) => {
        fc.pre(!/[\r\n]/.test(json));
        const event = Buffer.from([...lines, `data:${spaced ? ' ' : ''}${json}`, '', ''].join(end));
        expect(isMalformedEvent(event)).toBe(isMalformedData(readSseFrame(event)?.data ?? ''));
      }),
    );
  });

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        (bytes) => typeof isMalformedEvent(Buffer.from(bytes)) === 'boolean',
      ),
    );
  });
});
