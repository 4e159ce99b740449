import { EventStreamCodec, type MessageHeaders } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { StreamFrame } from '../spec/stream-frame.js';
import { AWS_EVENT_STREAM_MESSAGE_BYTES_MAX, AwsEventStreamFramer } from './aws-event-stream-framer.js';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)),
  (text) => new TextEncoder().encode(text),
);

function message(headers: Record<string, string>, payload: string): Buffer {
  const typed: MessageHeaders = {};
  for (const [name, value] of Object.entries(headers)) typed[name] = { type: 'string', value };
  return Buffer.from(codec.encode({ headers: typed, body: new TextEncoder().encode(payload) }));
}

function event(type: string, payload: object): Buffer {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return message(headers, JSON.stringify(payload));
}

interface Reading {
  readonly frames: readonly StreamFrame[];
  readonly corrupt: number;
}

function read(chunks: readonly Buffer[]): Reading {
  const frames: StreamFrame[] = [];
  let corrupt = 0;
  const framer = new AwsEventStreamFramer({
    onFrame: (frame) => frames.push(frame),
    onCorrupt: () => {
      corrupt += 1;
    },
  });
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return { frames, corrupt };
}

function prelude(messageBytes: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(messageBytes, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  return bytes;
}

/** A message with right checksums around whatever headers. */
function messageAround(headers: Buffer, payload: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(12), headers, payload, Buffer.alloc(4)]);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(headers.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, bytes.length - 4)), bytes.length - 4);
  return bytes;
}

const STREAM = Buffer.concat([
  event('messageStart', { role: 'assistant' }),
  event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Grüße 👋' } }),
  message({ ':message-type': 'exception', ':exception-type': 'throttlingException' }, '{"message":"slow down"}'),
  message({ ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'it "broke"' }, ''),
]);

const FRAMES: readonly StreamFrame[] = [
  { event: 'messageStart', data: '{"role":"assistant"}' },
  { event: 'contentBlockDelta', data: '{"contentBlockIndex":0,"delta":{"text":"Grüße 👋"}}' },
  { event: 'exception:throttlingException', data: '{"message":"slow down"}' },
  { event: 'exception:InternalError', data: '{"message":"it \\"broke\\""}' },
];

describe('AwsEventStreamFramer', () => {
  it('reads the same messages wherever the bytes are cut in two', () => {
    for (let cut = 0; cut <= STREAM.length; cut += 1) {
      expect(read([STREAM.subarray(0, cut), STREAM.subarray(cut)])).toEqual({ frames: FRAMES, corrupt: 0 });
    }
  });

  it('reads the same messages from single bytes', () => {
    const bytes = Array.from(STREAM, (_, index) => STREAM.subarray(index, index + 1));
    expect(read(bytes)).toEqual({ frames: FRAMES, corrupt: 0 });
  });

  it('leaves a message out that the end cuts in two, without calling the stream corrupt', () => {
    expect(read([STREAM.subarray(0, STREAM.length - 1)])).toEqual({ frames: FRAMES.slice(0, 3), corrupt: 0 });
  });

  it('notices every damaged byte, once, and reads nothing behind it', () => {
    const first = event('messageStart', { role: 'assistant' });
    for (let index = 0; index < first.length; index += 1) {
      const damaged = Buffer.concat([first, STREAM]);
      damaged[index] = (damaged[index] ?? 0) ^ 0x41;
      expect(read([damaged, STREAM])).toEqual({ frames: [], corrupt: 1 });
    }
  });

  it('refuses a length beyond the limit at once, instead of waiting for it', () => {
    expect(read([prelude(AWS_EVENT_STREAM_MESSAGE_BYTES_MAX + 1)]).corrupt).toBe(1);
    expect(read([prelude(AWS_EVENT_STREAM_MESSAGE_BYTES_MAX)]).corrupt).toBe(0);
    expect(read([prelude(15)]).corrupt).toBe(1);
  });

  it('never reads beyond a message whose header lies about its length', () => {
    const whole = message({ a: 'b' }, 'payload');
    // One byte of name length, "a", one byte of type, then the length of the value.
    whole.writeUInt16BE(0xffff, 12 + 3);
    whole.writeUInt32BE(crc32(whole.subarray(0, whole.length - 4)), whole.length - 4);
    const secret = Buffer.from('memory of somebody else '.repeat(4000));
    expect(read([Buffer.concat([whole, secret])])).toEqual({ frames: [], corrupt: 1 });
  });

  it('reads a message of several megabytes that comes in small chunks', () => {
    const big = event('contentBlockDelta', { delta: { text: 'x'.repeat(3_000_000) } });
    const chunks: Buffer[] = [];
    for (let start = 0; start < big.length; start += 1000) chunks.push(big.subarray(start, start + 1000));
    expect(read(chunks).frames).toHaveLength(1);
  });

  it('reads or refuses any headers behind right checksums, and never throws', () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, (headers, payload) => {
        const { frames, corrupt } = read([messageAround(headers, payload)]);
        expect(frames.length + corrupt).toBe(1);
      }),
    );
  });

  it('neither throws nor calls onCorrupt twice, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), (chunks) => {
        const { corrupt } = read(chunks.map((chunk) => Buffer.from(chunk)));
        expect(corrupt).toBeLessThanOrEqual(1);
      }),
    );
  });
});
