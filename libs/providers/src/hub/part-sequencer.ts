import type { ModelEvent } from '../spec/model-event.js';

/** An event that belongs to a part. */
type PartEvent = Extract<ModelEvent, { readonly part: number }>;

/** Parts of text may be cut in two by another part; a tool call may not. */
type PartKind = 'text' | 'reasoning' | 'refusal' | 'tool-call' | 'media';

/** Most characters that are kept back for parts that wait; more than that closes the open part instead. */
export const WAITING_CHARACTERS_MAX = 16 * 1024 * 1024;

/** What an event weighs besides its text, so that no flood of empty ones is kept back either. */
const EVENT_CHARACTERS = 256;

/**
 * Puts the events of parts that may interleave into an order in which they do not: at most one part is open, numbers are
 * dense from 0, every start has its end, and a delta stands between the two.
 *
 * An open text gives way to the next part, so nothing that a person reads waits; what comes for it later becomes a part
 * of its own. An open tool call is let through to its end while others wait. Events outside of parts go through at once;
 * `finish` closes and releases everything before it.
 */
export class PartSequencer {
  private open: { readonly source: number; readonly kind: PartKind } | undefined;
  /** Events of parts that wait for the open tool call, in the order of the parts. */
  private readonly waiting = new Map<number, PartEvent[]>();
  private waitingCharacters = 0;
  /** Parts that have had their end. */
  private readonly ended = new Set<number>();
  private nextNumber = 0;
  private finished = false;

  /** The events to go on with, in order. After `finish` only those outside of parts. */
  push(event: ModelEvent): readonly ModelEvent[] {
    const out: ModelEvent[] = [];
    if (isPartEvent(event)) {
      if (!this.finished) this.route(event, out);
      return out;
    }
    if (event.kind === 'finish') {
      this.closeAll(out);
      this.finished = true;
    }
    out.push(event);
    return out;
  }

  /** Closes what is open and releases what waits, for a stream that ends without `finish`. */
  end(): readonly ModelEvent[] {
    const out: ModelEvent[] = [];
    this.closeAll(out);
    return out;
  }

  private route(event: PartEvent, out: ModelEvent[]): void {
    // A number that stands for something else now: its tool call is over, and those that wait for it come first.
    if (this.open?.kind === 'tool-call' && this.open.source === event.part && kindOf(event) !== 'tool-call') {
      this.close(out);
      this.release(out);
    }
    if (this.open?.kind === 'tool-call' && this.open.source !== event.part) {
      this.wait(event, out);
      return;
    }
    this.emit(event, out);
    if (this.open === undefined) this.release(out);
  }

  /** Sends an event of the open part, or opens its part first; a text that is open for another part gives way. */
  private emit(event: PartEvent, out: ModelEvent[]): void {
    const kind = kindOf(event);
    const isEnd = event.kind.endsWith('-end');
    if (this.open?.source === event.part && this.open.kind === kind) {
      if (event.kind.endsWith('-start')) return;
      out.push({ ...event, part: this.nextNumber - 1 });
      if (isEnd) this.markEnded();
      return;
    }
    if (isEnd || (kind === 'tool-call' && event.kind !== 'tool-call-start')) return;
    if (this.ended.has(event.part) && kind === 'tool-call') return;
    this.close(out);
    const number = this.nextNumber;
    this.nextNumber += 1;
    if (kind === 'media') {
      out.push({ ...event, part: number });
      this.ended.add(event.part);
      return;
    }
    this.open = { source: event.part, kind };
    if (!event.kind.endsWith('-start')) out.push({ kind: `${kind}-start`, part: number } as ModelEvent);
    out.push({ ...event, part: number });
  }

  private wait(event: PartEvent, out: ModelEvent[]): void {
    const events = this.waiting.get(event.part);
    if (events === undefined) this.waiting.set(event.part, [event]);
    else events.push(event);
    this.waitingCharacters += charactersOf(event);
    if (this.waitingCharacters > WAITING_CHARACTERS_MAX) {
      this.close(out);
      this.release(out);
    }
  }

  /** Lets waiting parts through, one after the other, until one stays open. */
  private release(out: ModelEvent[]): void {
    for (const [part, events] of this.waiting) {
      if (this.open?.kind === 'tool-call') return;
      this.waiting.delete(part);
      for (const event of events) {
        this.waitingCharacters -= charactersOf(event);
        this.emit(event, out);
      }
    }
  }

  private close(out: ModelEvent[]): void {
    if (this.open === undefined) return;
    out.push({ kind: `${this.open.kind}-end`, part: this.nextNumber - 1 } as ModelEvent);
    this.markEnded();
  }

  private closeAll(out: ModelEvent[]): void {
    do {
      this.close(out);
      this.release(out);
    } while (this.open !== undefined);
  }

  private markEnded(): void {
    if (this.open !== undefined) this.ended.add(this.open.source);
    this.open = undefined;
  }
}

function isPartEvent(event: ModelEvent): event is PartEvent {
  return 'part' in event;
}

function kindOf(event: PartEvent): PartKind {
  if (event.kind === 'media') return 'media';
  return event.kind.slice(0, event.kind.lastIndexOf('-')) as PartKind;
}

function charactersOf(event: PartEvent): number {
  switch (event.kind) {
    case 'tool-call-delta':
      return EVENT_CHARACTERS + event.argumentsText.length;
    case 'media':
      return EVENT_CHARACTERS + (event.media.source.kind === 'data' ? event.media.source.base64.length : 0);
    default:
      return EVENT_CHARACTERS + ('text' in event ? event.text.length : 0);
  }
}
