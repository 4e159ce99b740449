import { invariant } from '#kernel';

interface Slot<Value> {
  readonly value: Value;
  /** Read since it was last spared. */
  used: boolean;
}

/** The most used entries that are spared in a row before one is forgotten all the same: it bounds the work of a write. */
const SPARED_MAX = 32;

/**
 * A bounded map that forgets what was not read for long, approximately: an entry that was read since it was last
 * looked at is spared once. A read changes one flag and allocates nothing, which an exact order of use would do.
 */
export class SecondChanceMap<Value> {
  private readonly slots = new Map<string, Slot<Value>>();

  /** Holds at most `entriesMax` entries. Throws an InvariantError unless it is at least 1. */
  constructor(private readonly entriesMax: number) {
    invariant(entriesMax >= 1, 'a bounded map must hold at least one entry');
  }

  /** The value of `key`, or undefined when it was never set or is forgotten. */
  get(key: string): Value | undefined {
    const slot = this.slots.get(key);
    if (slot === undefined) return undefined;
    slot.used = true;
    return slot.value;
  }

  /** Sets the value of a key that has none, forgetting another entry when the map is full. */
  add(key: string, value: Value): void {
    invariant(!this.slots.has(key), 'a key is added once');
    if (this.slots.size >= this.entriesMax) this.forgetOne();
    this.slots.set(key, { value, used: false });
  }

  private forgetOne(): void {
    let spared = 0;
    for (const [key, slot] of this.slots) {
      this.slots.delete(key);
      if (!slot.used || spared === SPARED_MAX) return;
      slot.used = false;
      spared += 1;
      this.slots.set(key, slot);
    }
  }
}
