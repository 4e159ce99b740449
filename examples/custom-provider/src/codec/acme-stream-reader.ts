import {
  asNonEmptyString,
  compact,
  parseObject,
  type JsonObject,
  type ModelEvent,
  type StreamFrame,
  type StreamReader,
} from 'ai-gateway-providers';
import { readEnding } from './read-ending.js';
import { readTrouble } from './read-error.js';
import { readMeter } from './read-meter.js';

/** The part that is being written; Acme writes one after the other. */
type OpenPart = { readonly kind: 'text' | 'tool-call'; readonly part: number; readonly ticket?: string };

/**
 * Reads Acme's stream: `begin`, then `say` and `invoke` with its `invoke-part`s, then `end` with the reason and the
 * meter. Whatever comes, it never throws and never says that a stream is finished that was cut.
 */
export class AcmeStreamReader implements StreamReader {
  private parts = 0;
  private begun = false;
  private over = false;
  private open: OpenPart | undefined;

  read({ event, data }: StreamFrame): readonly ModelEvent[] {
    const payload = parseObject(data);
    if (payload === undefined || this.over) return [];
    switch (event) {
      case 'begin':
        return this.begin(payload);
      case 'say':
        return this.say(payload);
      case 'invoke':
        return this.invoke(payload);
      case 'invoke-part':
        return this.invokePart(payload);
      case 'end':
        return this.conclude(payload);
      case 'trouble':
        this.over = true;
        return [{ kind: 'error', error: readTrouble(502, payload) }];
      default:
        return [];
    }
  }

  /** Nothing is added: what is open when the bytes end was cut off. */
  end(): readonly ModelEvent[] {
    return [];
  }

  private begin(payload: JsonObject): readonly ModelEvent[] {
    if (this.begun) return [];
    this.begun = true;
    const id = asNonEmptyString(payload['dialogue']);
    return [compact({ kind: 'answer-start' as const, id, model: asNonEmptyString(payload['engine']) })];
  }

  private say(payload: JsonObject): readonly ModelEvent[] {
    const text = asNonEmptyString(payload['text']);
    if (text === undefined) return [];
    if (this.open?.kind === 'text') return [{ kind: 'text-delta', part: this.open.part, text }];
    const closed = this.close();
    const part = this.start({ kind: 'text' });
    return [...closed, { kind: 'text-start', part }, { kind: 'text-delta', part, text }];
  }

  private invoke(payload: JsonObject): readonly ModelEvent[] {
    const ticket = asNonEmptyString(payload['ticket']);
    const name = asNonEmptyString(payload['title']);
    if (ticket === undefined || name === undefined) return [];
    const closed = this.close();
    const part = this.start({ kind: 'tool-call', ticket });
    return [...closed, { kind: 'tool-call-start', part, callId: ticket, name }];
  }

  private invokePart(payload: JsonObject): readonly ModelEvent[] {
    const argumentsText = asNonEmptyString(payload['text']);
    const { open } = this;
    if (argumentsText === undefined || open?.kind !== 'tool-call' || payload['ticket'] !== open.ticket) return [];
    return [{ kind: 'tool-call-delta', part: open.part, argumentsText }];
  }

  private conclude(payload: JsonObject): readonly ModelEvent[] {
    const finish = readEnding(payload['ended']);
    if (finish === undefined) return [];
    this.over = true;
    const usage = readMeter(payload['meter']);
    const events: ModelEvent[] = [...this.close()];
    if (usage !== undefined) events.push({ kind: 'usage', usage });
    events.push({ kind: 'finish', finish });
    return events;
  }

  private start(open: Omit<OpenPart, 'part'>): number {
    const part = this.parts;
    this.parts += 1;
    this.open = { ...open, part };
    return part;
  }

  private close(): readonly ModelEvent[] {
    const { open } = this;
    this.open = undefined;
    return open === undefined ? [] : [{ kind: `${open.kind}-end`, part: open.part }];
  }
}
