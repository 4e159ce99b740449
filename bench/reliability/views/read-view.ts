import type { JsonObject } from '#providers';
import { NOTHING_SEEN, type ClientView, type DialectReader } from './client-view.js';

/** What stands for the end of a stream of chunks. */
const DONE = '[DONE]';

/** Reads an answer as a client does that believes its content type. Undefined when it is neither JSON nor events. */
export function readView(body: Buffer, contentType: string, reader: DialectReader): ClientView | undefined {
  const text = body.toString('utf8');
  if (contentType.startsWith('text/event-stream')) return readEvents(text, reader);
  const document = parse(text);
  return document === undefined ? undefined : { ...NOTHING_SEEN, ...defined(reader.document(document)) };
}

function readEvents(text: string, reader: DialectReader): ClientView {
  let view = NOTHING_SEEN;
  let ended = false;
  for (const data of eventsIn(text)) {
    if (data === DONE) {
      // After an error it would make a part look like a whole.
      view = { ...view, goesOn: view.goesOn || view.error !== undefined };
      continue;
    }
    const event = parse(data);
    if (event === undefined) return { ...view, error: `unreadable event: ${data.slice(0, 80)}` };
    const { terminal = false, ...seen } = reader.event(event);
    // A stream of responses tells an error twice, for clients that know only one of the two events.
    const follows = view.error !== undefined && seen.error === undefined;
    const repeats = ended && !terminal;
    view = {
      text: view.text + (seen.text ?? ''),
      toolInput: view.toolInput + (seen.toolInput ?? ''),
      finish: seen.finish ?? view.finish,
      error: view.error ?? seen.error,
      goesOn: view.goesOn || follows || (repeats && seen.error === undefined),
    };
    ended ||= terminal;
  }
  return view;
}

function* eventsIn(text: string): Generator<string> {
  for (const block of text.split(/\r?\n\r?\n/)) {
    const lines = block.split(/\r?\n/).filter((line) => line.startsWith('data:'));
    if (lines.length > 0) yield lines.map((line) => line.slice('data:'.length).trim()).join('\n');
  }
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function defined(view: Partial<ClientView>): Partial<ClientView> {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined));
}
