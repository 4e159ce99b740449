import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '#kernel';
import type { Row } from '../database/schema.js';
import { providerSlot } from '../gateway-protocol/config-payload.js';
import { openCredentials } from '../model-providers/open-credentials.js';
import { Sealer } from '../secrets/sealer.js';

type Slot = ReturnType<typeof providerSlot>;

/** Opened credentials that are kept at most, and for how long: from one page of a bootstrap to the next. */
const SLOTS_MAX = 5_000;
const SLOT_TTL_MS = 60_000;

/** Writes model providers as gateways read them, and opens the credentials of each only once per bootstrap. */
@Injectable()
export class ProviderSlots {
  private readonly slots: LRUCache<string, Slot>;

  constructor(
    private readonly sealer: Sealer,
    clock: Clock,
  ) {
    this.slots = new LRUCache({
      max: SLOTS_MAX,
      ttl: SLOT_TTL_MS,
      ttlResolution: 0,
      perf: { now: () => clock.monotonicMs() },
    });
  }

  /** The slot of a row as it is now: its revision moves with every change. Throws a `SealError`. */
  write(row: Row<'model_providers'>): Slot {
    const name = `${row.id} ${row.revision}`;
    const held = this.slots.get(name);
    if (held !== undefined) return held;
    const slot = providerSlot(row, openCredentials(this.sealer, row));
    this.slots.set(name, slot);
    return slot;
  }
}
