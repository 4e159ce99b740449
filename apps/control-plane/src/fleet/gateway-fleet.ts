import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { Clock } from '#kernel';
import { Alarm } from '../change-events/alarm.js';
import type { Database } from '../database/schema.js';
import {
  type CursorSighting,
  LIVE_MS,
  type ReplicaSighting,
  deleteForgottenGateways,
  writeCursors,
  writeHolder,
  writeHolderOfAll,
  writeReplicas,
} from './fleet.repository.js';
import type { Sender } from './sighting.js';

/** News are written this soon, so that what happens together is written together. */
const NEWS_DELAY_MS = 20;
/** That a gateway still runs is written this late at most, and no more often than {@link REPEAT_MS} for each. */
const ROUTINE_DELAY_MS = 1_000;
const REPEAT_MS = 3_000;
/** A holder is written down again when it was not heard of for this long; well before it stops counting as running. */
const HOLDER_REPEAT_MS = LIVE_MS / 2;
/** Pairs of gateway and organization that are remembered; a forgotten one costs a write. */
const PAIRS_MAX = 100_000;
/** Gateways that load all keys and are remembered. */
const HOLDERS_MAX = 10_000;
/** Gateways are forgotten a day after they were last heard of. */
const FORGET_MS = 24 * 3_600_000;
const FORGET_INTERVAL_MS = 3_600_000;

interface Known {
  readonly appliedRevision: bigint;
  readonly writtenAtMs: number;
}

/**
 * Keeps track of the running gateways: what version, and how far each has applied each organization's changes.
 *
 * Everything comes from requests that gateways make anyway, and is written behind their answers in batches. A failed
 * write is logged; the next request of the gateway makes up for it.
 */
@Injectable()
export class GatewayFleet implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(GatewayFleet.name);
  private readonly stopping = new AbortController();
  private readonly news = new Alarm();
  private readonly known = new LRUCache<string, Known>({ max: PAIRS_MAX });
  private readonly holdersOfAll = new LRUCache<string, number>({ max: HOLDERS_MAX });
  private replicas = new Map<string, ReplicaSighting>();
  private cursors = new Map<string, CursorSighting>();
  private running: Promise<void> | undefined;
  private writing: Promise<void> = Promise.resolve();
  private forgottenAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Kysely<Database>,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.flush();
  }

  /** A gateway made a request. Returns at once. */
  noteSeen({ nodeId, version }: Sender): void {
    const seenAtMs = this.clock.now();
    const known = this.known.get(nodeId);
    if (known !== undefined && seenAtMs - known.writtenAtMs < REPEAT_MS) return;
    this.replicas.set(nodeId, { nodeId, version, seenAtMs });
    if (known === undefined) this.news.ring();
  }

  /** A gateway polls, which says that it has applied everything up to `since`. Returns at once. */
  noteApplied(sender: Sender, organizationId: string, since: bigint): void {
    this.noteSeen(sender);
    const { nodeId } = sender;
    const polledAtMs = this.clock.now();
    const known = this.known.get(pairName(nodeId, organizationId));
    const isNews = known?.appliedRevision !== since;
    if (!isNews && known !== undefined && polledAtMs - known.writtenAtMs < REPEAT_MS) return;
    this.cursors.set(pairName(nodeId, organizationId), { nodeId, organizationId, appliedRevision: since, polledAtMs });
    if (isNews) this.news.ring();
  }

  /**
   * Makes sure, before a gateway gets a key of an organization, that a revocation will wait for it.
   *
   * @returns True when that was written down only now: what was read before must be read again, because a revocation
   * may have passed in between without waiting.
   */
  async ensureHolder(sender: Sender, organizationId: string): Promise<boolean> {
    this.noteSeen(sender);
    const name = pairName(sender.nodeId, organizationId);
    const nowMs = this.clock.now();
    const known = this.known.get(name);
    if (known !== undefined && nowMs - known.writtenAtMs < HOLDER_REPEAT_MS) return false;
    await writeHolder(this.database, sender.nodeId, organizationId, nowMs);
    this.known.set(name, { appliedRevision: known?.appliedRevision ?? -1n, writtenAtMs: nowMs });
    return true;
  }

  /** Like {@link ensureHolder}, before a gateway gets keys of every organization. */
  async ensureHolderOfAll(sender: Sender): Promise<void> {
    this.noteSeen(sender);
    await writeHolderOfAll(this.database, sender.nodeId, this.clock.now());
    this.holdersOfAll.set(sender.nodeId, this.clock.monotonicMs());
  }

  /**
   * Since when, on the monotonic clock, a gateway counts as one that may hold any key. Now, when this process does not
   * know: it may have been told to another control plane.
   */
  holderOfAllSinceMs(sender: Sender): number {
    return this.holdersOfAll.get(sender.nodeId) ?? this.clock.monotonicMs();
  }

  /** Resolves when everything noted so far is written, or could not be. */
  async flush(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    await this.writing;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.news.wait(this.clock, ROUTINE_DELAY_MS, signal);
      await this.clock.sleep(NEWS_DELAY_MS, signal).catch(() => undefined);
      if (!signal.aborted) await this.flush();
    }
  }

  private async write(): Promise<void> {
    const replicas = [...this.replicas.values()];
    const cursors = [...this.cursors.values()];
    this.replicas = new Map();
    this.cursors = new Map();
    try {
      await writeReplicas(this.database, replicas);
      await writeCursors(this.database, cursors);
      for (const { nodeId, seenAtMs } of replicas)
        this.known.set(nodeId, { appliedRevision: 0n, writtenAtMs: seenAtMs });
      for (const { nodeId, organizationId, appliedRevision, polledAtMs } of cursors) {
        this.known.set(pairName(nodeId, organizationId), { appliedRevision, writtenAtMs: polledAtMs });
      }
      await this.forgetSometimes();
    } catch (error) {
      this.logger.warn({ err: error }, 'what gateways said was not noted; their next requests will say it again');
    }
  }

  private async forgetSometimes(): Promise<void> {
    if (this.clock.monotonicMs() - this.forgottenAtMs < FORGET_INTERVAL_MS) return;
    this.forgottenAtMs = this.clock.monotonicMs();
    await deleteForgottenGateways(this.database, this.clock.now() - FORGET_MS);
  }
}

function pairName(nodeId: string, organizationId: string): string {
  return `${nodeId}\n${organizationId}`;
}
