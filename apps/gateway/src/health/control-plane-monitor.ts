import { ControlPlaneClient } from '#gateway-protocol';
import { Clock } from '#kernel';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const PROBE_INTERVAL_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;

/** How long the control plane may be away before the status page says so; also the grace of a fresh process. */
const TOLERANCE_MS = 60_000;

const SECRET_REFUSED = {
  msg: 'statusprobe_control_plane_secret_refused',
  fix: 'give gateway and control plane the same LW_GATEWAY_INTERNAL_SECRET',
};

/** Asks the control plane now and then whether it is there, so that the status page can answer without asking. */
@Injectable()
export class ControlPlaneMonitor implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ControlPlaneMonitor');
  private readonly stopping = new AbortController();
  private lastReachedAtMs: number;
  private secretRefused = false;
  private probing: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: ControlPlaneClient,
    private readonly clock: Clock,
  ) {
    this.lastReachedAtMs = clock.monotonicMs();
  }

  /** `ok`, or what is wrong in words fit for a public page: no host, no URL, no error text. */
  get detail(): string {
    if (this.secretRefused) return 'refuses this gateway';
    const awayMs = this.clock.monotonicMs() - this.lastReachedAtMs;
    return awayMs <= TOLERANCE_MS ? 'ok' : `unreachable for ${Math.round(awayMs / 1000)}s`;
  }

  onApplicationBootstrap(): void {
    this.probing = this.probeForever();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.probing;
  }

  private async probeForever(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.probe(signal);
      await this.clock.sleep(PROBE_INTERVAL_MS, signal).catch(() => undefined);
    }
  }

  private async probe(signal: AbortSignal): Promise<void> {
    try {
      const { status } = await this.client.request({
        method: 'GET',
        path: '/health',
        timeoutMs: PROBE_TIMEOUT_MS,
        signal,
      });
      this.secretRefused = status === 401;
      if (status === 200) this.lastReachedAtMs = this.clock.monotonicMs();
      else if (this.secretRefused) this.logger.error(SECRET_REFUSED);
      else this.logger.warn({ msg: 'statusprobe_control_plane_unreachable', status });
    } catch (error) {
      if (signal.aborted) return;
      this.logger.warn({
        msg: 'statusprobe_control_plane_unreachable',
        cause: error instanceof Error ? error.message : undefined,
      });
    }
  }
}
