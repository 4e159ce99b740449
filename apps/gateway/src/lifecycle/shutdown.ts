import type { AddressInfo } from 'node:net';
import { ControlPlaneClient } from '#gateway-protocol';
import { Clock } from '#kernel';
import { UpstreamPools } from '#providers';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GatewayConfig } from '../config/gateway-config.js';
import { SpendJournal } from '../spend/spend-journal.js';
import { SpendLifecycle } from '../spend/spend-lifecycle.js';
import { DrainState } from './drain-state.js';

/** What shipping the spool gets when requests in flight have used up the whole grace. */
const SHIP_RESERVE_MS = 5_000;

/** How often connections that have become idle are ended while the listener closes. */
const IDLE_SWEEP_INTERVAL_MS = 100;

/** How long requests whose connections are gone may take to report what they used; they need no I/O for it. */
const SETTLE_MS_MAX = 2_000;
const SETTLE_POLL_MS = 5;

const KEEP_ALIVE_INTERVAL_MS = 60_000;

/**
 * Ends the gateway in order, so that no client and no record is lost (contract 1.7, with its traps mended):
 * readiness says no at once; requests are still taken for the drain delay, until load balancers have noticed; the
 * listener closes; requests in flight finish within the grace; the spend spool is shipped; connections end.
 *
 * The grace starts after the drain delay. What is unshipped when it ends stays on disk for the next process.
 */
export class Shutdown {
  private readonly logger = new Logger('Shutdown');
  private running: Promise<void> | undefined;

  constructor(private readonly app: NestFastifyApplication) {}

  /** Starts the shutdown, or joins the one that runs. Resolves when the process may exit. */
  run(reason: string): Promise<void> {
    this.running ??= keepingProcessAlive(() => this.runOnce(reason));
    return this.running;
  }

  private async runOnce(reason: string): Promise<void> {
    const { app } = this;
    const [clock, config, drain] = [app.get(Clock), app.get<GatewayConfig>(GatewayConfig), app.get(DrainState)];
    this.logger.log({ msg: 'lifecycle_signal', signal: reason });
    drain.begin();
    this.logger.log({ msg: 'lifecycle_draining', drain_delay_ms: config.drainDelayMs });
    await clock.sleep(config.drainDelayMs);
    const grace = new AbortController();
    const graceEnds = clock.sleep(config.gracefulMs).then(() => grace.abort());
    const listenerClosed = this.closeListener(clock);
    await Promise.race([listenerClosed, graceEnds]);
    // Streams that outlast the grace are cut before the spool closes, so that what they used is still settled.
    app.getHttpServer().closeAllConnections();
    await listenerClosed;
    await this.settleRequests(clock);
    const report = await app.get(SpendLifecycle).close(this.shipDeadline(clock, grace.signal));
    this.logger.log({ msg: 'lifecycle_stop', ...report, grace_used_up: grace.signal.aborted });
    await app.close();
    await Promise.all([app.get(UpstreamPools, { strict: false }).destroy(), app.get(ControlPlaneClient).close()]);
  }

  /** Waits for the outcomes of requests that have just lost their connection; what is late is not billed. */
  private async settleRequests(clock: Clock): Promise<void> {
    const journal = this.app.get(SpendJournal, { strict: false });
    const giveUpAtMs = clock.monotonicMs() + SETTLE_MS_MAX;
    while (journal.openRequests > 0 && clock.monotonicMs() < giveUpAtMs) await clock.sleep(SETTLE_POLL_MS);
  }

  /** The grace, or, when streams have used it up, a few seconds of its own: records must not die with the pod. */
  private shipDeadline(clock: Clock, grace: AbortSignal): AbortSignal {
    if (!grace.aborted) return grace;
    const reserve = new AbortController();
    void clock.sleep(SHIP_RESERVE_MS).then(() => reserve.abort());
    return reserve.signal;
  }

  /**
   * Stops accepting and resolves when the last request in flight is over.
   *
   * Connections are ended as they become idle: a client was promised that they are kept, before the drain began, and
   * would otherwise hold them, and us, for as long as the keep-alive lasts.
   */
  private async closeListener(clock: Clock): Promise<void> {
    const server = this.app.getHttpServer();
    const closed = new AbortController();
    server.close(() => closed.abort());
    while (!closed.signal.aborted) {
      server.closeIdleConnections();
      await clock.sleep(IDLE_SWEEP_INTERVAL_MS, closed.signal).catch(() => undefined);
    }
  }
}

/** Waits keep no process alive, and once the listener is closed there may be nothing else that does. */
async function keepingProcessAlive(work: () => Promise<void>): Promise<void> {
  const handle = setInterval(() => undefined, KEEP_ALIVE_INTERVAL_MS);
  try {
    await work();
  } finally {
    clearInterval(handle);
  }
}

/** Where a server listens, for the log. */
export function describeAddress(address: AddressInfo | string | null): string {
  return typeof address === 'object' && address !== null ? `${address.address}:${address.port}` : String(address);
}
