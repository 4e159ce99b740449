import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import { Alarm } from '../change-events/alarm.js';
import { ChangeListener } from '../change-events/change-listener.js';
import type { Database } from '../database/schema.js';
import { GatewayFleet } from './gateway-fleet.js';
import { type LiveCursor, readLiveCursors } from './fleet.repository.js';

/** How far a change has got. */
export interface PropagationReport {
  /** Of the change; gateways that have applied it have applied everything before it. */
  readonly revision: string;
  /** True when no running gateway can still act on what was before the change. */
  readonly complete: boolean;
  /** Names of the running gateways that have applied the change, and of those that have not said so. */
  readonly acknowledged: string[];
  readonly pending: string[];
}

/** Even unheard, an acknowledgement is found this late at most: a connection can die without telling anybody. */
const RECHECK_MS = 1_000;

/** Waits until the running gateways have applied a change. */
@Injectable()
export class Propagation implements OnModuleDestroy {
  private readonly closing = new AbortController();

  constructor(
    private readonly database: Kysely<Database>,
    private readonly listener: ChangeListener,
    private readonly fleet: GatewayFleet,
    private readonly clock: Clock,
  ) {}

  /** Ends all waits with what is known by then, so that a shutdown need not outlast them. */
  onModuleDestroy(): void {
    this.closing.abort();
  }

  /**
   * Waits for the newest change of a virtual key, which must be committed, `timeoutMs` at most.
   *
   * Whoever acknowledged works through any control plane. An abort of `signal` (nobody waits any more) ends it.
   */
  async waitForKey(
    organizationId: string,
    virtualKeyId: string,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<PropagationReport> {
    const alarm = new Alarm();
    const unsubscribe = this.listener.subscribe('gateway_acknowledgements', (told) => {
      if (told === undefined || told === organizationId) alarm.ring();
    });
    try {
      await this.fleet.flush();
      const revision = await this.newestRevisionOf(organizationId, virtualKeyId);
      const ended = AbortSignal.any([signal, this.closing.signal]);
      const deadlineMs = this.clock.monotonicMs() + timeoutMs;
      for (;;) {
        const report = await this.look(organizationId, revision);
        const remainingMs = deadlineMs - this.clock.monotonicMs();
        if (report.complete || remainingMs <= 0 || ended.aborted) return report;
        await alarm.wait(this.clock, Math.min(remainingMs, RECHECK_MS), ended);
      }
    } finally {
      unsubscribe();
    }
  }

  /** 0 when the change is so old that the feed has forgotten it: no gateway holds anything that long. */
  private async newestRevisionOf(organizationId: string, virtualKeyId: string): Promise<bigint> {
    const { revision } = await this.database
      .selectFrom('change_events')
      .select((build) => build.fn.max<bigint | null>('revision').as('revision'))
      .where('organization_id', '=', organizationId)
      .where('virtual_key_id', '=', virtualKeyId)
      .executeTakeFirstOrThrow();
    return revision ?? 0n;
  }

  private async look(organizationId: string, revision: bigint): Promise<PropagationReport> {
    const gateways = await readLiveCursors(this.database, organizationId, this.clock.now());
    const has = (gateway: LiveCursor): boolean => gateway.appliedRevision >= revision;
    const acknowledged = gateways.filter(has).map(({ nodeId }) => nodeId);
    const pending = gateways.filter((gateway) => !has(gateway)).map(({ nodeId }) => nodeId);
    return { revision: revision.toString(), complete: pending.length === 0, acknowledged, pending };
  }
}
