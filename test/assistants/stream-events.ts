import { z } from 'zod';
import type { TappedExchange } from './wire-tap.js';

const eventSchema = z.looseObject({ type: z.string() });

/** An event of a stream whose name is the `type` of its data. */
export type StreamEvent = z.output<typeof eventSchema>;

/**
 * The events of a streamed answer.
 *
 * @throws Error for anything but named events with JSON that says the same name, each closed by an empty line.
 */
export function readStreamEvents({ text, contentType }: TappedExchange): readonly StreamEvent[] {
  if (contentType?.startsWith('text/event-stream') !== true) throw new Error(`no stream but ${contentType}: ${text}`);
  const frames = text.split('\n\n');
  if (frames.pop() !== '') throw new Error('the last event is not closed');
  return frames.map((frame) => {
    const [, name, data = ''] = /^event: (\S+)\ndata: ([^\n]+)$/.exec(frame) ?? [];
    if (name === undefined) throw new Error(`not an event with a name and one line of data: ${frame}`);
    const event = eventSchema.parse(JSON.parse(data));
    if (event.type !== name) throw new Error(`the event ${name} says that it is ${event.type}`);
    return event;
  });
}
