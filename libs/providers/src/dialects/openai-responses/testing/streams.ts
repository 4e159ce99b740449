import type { JsonObject } from '../../../spec/json.js';
import type { ModelEvent } from '../../../spec/model-event.js';
import type { StreamReader } from '../../../spec/codec.js';
import { readSseFrame } from '../../../transport/sse-frame.js';
import { SseFramer } from '../../../transport/sse-framer.js';

/** One event as OpenAI writes it. */
export function frame(data: JsonObject): string {
  return `event: ${String(data['type'])}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** One event as servers write it that send no names. */
export function namelessFrame(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** The bytes cut in pieces at these offsets. */
export function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const offsets = [0, ...[...at].sort((left, right) => left - right), bytes.length];
  return offsets.slice(1).map((end, index) => bytes.subarray(offsets[index], end));
}

/** What a reader makes of a stream that arrives in these pieces. */
export function readStream(reader: StreamReader, chunks: readonly Buffer[]): readonly ModelEvent[] {
  const events: ModelEvent[] = [];
  const framer = new SseFramer({
    onEvent: (event) => {
      const read = readSseFrame(event);
      if (read !== undefined) events.push(...reader.read(read));
      return 'keep';
    },
    onBytes: () => undefined,
  });
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return [...events, ...reader.end()];
}
