import { KeyCacheEvents, type KeyCacheEvent } from '../key-cache-events.js';
import type { SharedKeyEvent } from '../l2/shared-key-events.js';

/** Keeps every event for a test to look at. */
export class RecordedEvents extends KeyCacheEvents {
  readonly all: KeyCacheEvent[] = [];
  readonly shared: SharedKeyEvent[] = [];

  override record(event: KeyCacheEvent): void {
    this.all.push(event);
  }

  override recordShared(event: SharedKeyEvent): void {
    this.shared.push(event);
  }

  /** The events of one kind, in order. */
  of<Kind extends KeyCacheEvent['kind']>(kind: Kind): Extract<KeyCacheEvent, { kind: Kind }>[] {
    const isOfKind = (event: KeyCacheEvent): event is Extract<KeyCacheEvent, { kind: Kind }> => event.kind === kind;
    return this.all.filter(isOfKind);
  }
}
