import type { Clock } from '#kernel';
import type { SpendDrainer } from './drain/spend-drainer.js';
import type { SpendConfig } from './spend-config.js';
import type { SpendHealth } from './spend-event.js';
import type { Spool } from './spool/spool.js';

/** A folder that was refused at start, for instance because the predecessor still holds it, is tried again this often. */
const REOPEN_INTERVAL_MS = 5_000;
const KEEP_ALIVE_INTERVAL_MS = 60_000;

/** How to build a {@link SpendLifecycle}. */
export interface SpendLifecycleOptions {
  readonly config: SpendConfig;
  readonly spool: Spool;
  readonly drainer: SpendDrainer;
  readonly clock: Clock;
}

/** What a shutdown left behind on disk for the next process. */
export interface SpendCloseReport {
  /** Records that were not shipped in time. */
  readonly waitingRecords: number;
  /** Requests without an outcome; the next start gives them one. */
  readonly openRequests: number;
}

/** Starts the spend journal with the process and ends it in order: after the listener, before the process. */
export class SpendLifecycle {
  private readonly stop = new AbortController();
  private readonly cut = new AbortController();
  private loops: Promise<unknown> = Promise.resolve();
  private closing: Promise<SpendCloseReport> | undefined;

  constructor(private readonly options: SpendLifecycleOptions) {}

  /** Whether spend is recorded, for readiness. Fine when it is switched off. */
  get health(): SpendHealth {
    return this.options.config.enabled ? this.options.spool.health : { ok: true };
  }

  /** Opens the spool and starts to flush and ship. Never throws: without a spool the gateway serves, and health says so. */
  start(): void {
    const { config, spool, drainer } = this.options;
    if (!config.enabled) return;
    spool.open();
    this.loops = Promise.all([this.flushLoop(), drainer.run(this.stop.signal, this.cut.signal)]);
  }

  /**
   * Seals the journal and ships everything, until nothing is left or `deadline` aborts. Call it once the listener is
   * closed and its requests are done: the outcomes that they reported on the way are shipped too. A second call gives the
   * first one's result.
   */
  close(deadline: AbortSignal): Promise<SpendCloseReport> {
    this.closing ??= keepingProcessAlive(() => this.closeOnce(deadline));
    return this.closing;
  }

  private async closeOnce(deadline: AbortSignal): Promise<SpendCloseReport> {
    const { spool, drainer } = this.options;
    this.stop.abort();
    const cut = (): void => this.cut.abort();
    if (deadline.aborted) cut();
    deadline.addEventListener('abort', cut, { once: true });
    await this.loops;
    if (spool.isOpen) await drainer.flush(deadline);
    const report = { waitingRecords: spool.waitingRecords, openRequests: spool.openRequests };
    await spool.close();
    deadline.removeEventListener('abort', cut);
    return report;
  }

  private async flushLoop(): Promise<void> {
    const { clock, spool, config } = this.options;
    const stop = this.stop.signal;
    while (!stop.aborted) {
      try {
        await clock.sleep(spool.isOpen ? config.flushIntervalMs : REOPEN_INTERVAL_MS, stop);
      } catch (error) {
        if (stop.aborted) return;
        throw error;
      }
      if (spool.isOpen) spool.tick();
      else spool.open();
    }
  }
}

/**
 * With the listener closed, nothing but waits is left between two tries to ship, and those do not keep a process alive: it
 * would end in the middle of its shutdown. The interval does nothing; it is only there.
 */
async function keepingProcessAlive<T>(work: () => Promise<T>): Promise<T> {
  const handle = setInterval(() => undefined, KEEP_ALIVE_INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(handle);
  }
}
