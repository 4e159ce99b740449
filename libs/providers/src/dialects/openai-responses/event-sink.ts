import type { ModelEvent, ModelEventKind } from '../../spec/model-event.js';

/** Collects the events of a frame, hands out the numbers of parts, and remembers which kinds of events there were. */
export class EventSink {
  private nextPart = 0;
  private events: ModelEvent[] = [];
  private readonly kinds = new Set<ModelEventKind>();

  /** A number for a new part. */
  newPart(): number {
    const part = this.nextPart;
    this.nextPart += 1;
    return part;
  }

  push(event: ModelEvent): void {
    this.events.push(event);
    this.kinds.add(event.kind);
  }

  /** True when an event of this kind was ever pushed. */
  hasSeen(kind: ModelEventKind): boolean {
    return this.kinds.has(kind);
  }

  /** The events since the last call. */
  take(): readonly ModelEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}
