import type { ModelEvent } from '../../spec/model-event.js';
import type { StreamReader } from '../../spec/codec.js';
import type { StreamFrame } from '../../spec/stream-frame.js';
import { readSseFrame } from '../../transport/sse-frame.js';
import { SseFramer } from '../../transport/sse-framer.js';

/** The frames of a stream of server-sent events that comes in these chunks. */
export function framesOf(chunks: readonly Buffer[]): readonly StreamFrame[] {
  const frames: StreamFrame[] = [];
  const framer = new SseFramer({
    onEvent: (bytes) => {
      const frame = readSseFrame(bytes);
      if (frame !== undefined) frames.push(frame);
      return 'withhold';
    },
    onBytes: () => {},
  });
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return frames;
}

/** What a reader makes of a stream that ends after these frames. */
export function eventsOfFrames(reader: StreamReader, frames: readonly StreamFrame[]): readonly ModelEvent[] {
  return [...frames.flatMap((frame) => reader.read(frame)), ...reader.end()];
}
