import type { ModelEvent } from '../../spec/model-event.js';

/** Collects the events of one frame, and numbers the parts of one stream. */
export class EventSink {
  private events: ModelEvent[] = [];
  private parts = 0;

  emit(event: ModelEvent): void {
    this.events.push(event);
  }

  /** The number of a part that begins. */
  nextPart(): number {
    this.parts += 1;
    return this.parts - 1;
  }

  /** The events since the last call. */
  take(): readonly ModelEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}
