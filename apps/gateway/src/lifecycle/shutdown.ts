import type { AddressInfo } from 'node:net';
import { ControlPlaneClient } from '#gateway-protocol';
import { Clock } from '#kernel';
import { UpstreamPools } from '#providers';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GatewayConfig } from '../config/gateway-config.js';
import { SpendLifecycle } from '../spend/spend-lifecycle.js';
import { DrainState } from './drain-state.js';

/** What shipping the spool gets when requests in flight have used up the whole grace. */
const SHIP_RESERVE_MS = 5_000;

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
    this.running ??= this.runOnce(reason);
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
    await Promise.race([this.closeListener(), graceEnds]);
    const report = await app.get(SpendLifecycle).close(this.shipDeadline(clock, grace.signal));
    this.logger.log({ msg: 'lifecycle_stop', ...report, grace_used_up: grace.signal.aborted });
    app.getHttpServer().closeAllConnections();
    await app.close();
    await Promise.all([app.get(UpstreamPools, { strict: false }).destroy(), app.get(ControlPlaneClient).close()]);
  }

  /** The grace, or, when streams have used it up, a few seconds of its own: records must not die with the pod. */
  private shipDeadline(clock: Clock, grace: AbortSignal): AbortSignal {
    if (!grace.aborted) return grace;
    const reserve = new AbortController();
    void clock.sleep(SHIP_RESERVE_MS).then(() => reserve.abort());
    return reserve.signal;
  }

  /** Stops accepting, ends idle connections, and resolves when the last request in flight is over. */
  private closeListener(): Promise<void> {
    const server = this.app.getHttpServer();
    return new Promise((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  }
}

/** Where a server listens, for the log. */
export function describeAddress(address: AddressInfo | string | null): string {
  return typeof address === 'object' && address !== null ? `${address.address}:${address.port}` : String(address);
}
