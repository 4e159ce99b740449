import { Clock } from '#kernel';
import { Controller, Get, Header, Res } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorFunction } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { GatewayConfig } from '../config/gateway-config.js';
import { DrainState } from '../lifecycle/drain-state.js';
import { SpendLifecycle } from '../spend/spend-lifecycle.js';
import { Startup } from '../startup/startup.js';
import { ControlPlaneMonitor } from './control-plane-monitor.js';
import type { ProbeReport } from './probe-report.js';

/** Probes for kubelets and load balancers, and the public status page (contract 2.3). */
@Controller()
export class HealthController {
  private readonly startedAtMs: number;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly drain: DrainState,
    private readonly spend: SpendLifecycle,
    private readonly startup: Startup,
    private readonly controlPlane: ControlPlaneMonitor,
    private readonly clock: Clock,
    private readonly config: GatewayConfig,
  ) {
    this.startedAtMs = clock.monotonicMs();
  }

  /** Liveness: the process answers. Nothing outside of it counts. */
  @Get('healthz')
  @Header('Cache-Control', 'no-store')
  async live(@Res() reply: FastifyReply): Promise<void> {
    await this.answer(reply, []);
  }

  /**
   * Readiness: started, not draining, and spend can be recorded. The control plane does not count: warm keys serve
   * without it.
   */
  @Get('readyz')
  @Header('Cache-Control', 'no-store')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    await this.answer(reply, [this.checkSpend, ...this.startupChecks()]);
  }

  /** Startup: the gateway has done what it does before its first request. */
  @Get('startupz')
  @Header('Cache-Control', 'no-store')
  async started(@Res() reply: FastifyReply): Promise<void> {
    await this.answer(reply, this.startupChecks());
  }

  /** Status page: public, so it names no host and no error. Draining and provider outages do not show. */
  @Get('health')
  @Header('Cache-Control', 'no-store')
  status(@Res() reply: FastifyReply): void {
    const controlPlane = this.controlPlane.detail;
    const degraded = controlPlane !== 'ok';
    const report = { status: degraded ? 'degraded' : 'ok', checks: { control_plane: controlPlane, gateway: 'ok' } };
    void reply.code(degraded ? 503 : 200).send(report);
  }

  private readonly checkSpend: HealthIndicatorFunction = () => {
    const { health } = this.spend;
    const check = this.indicators.check('spend_spool');
    return health.ok ? check.up() : check.down({ reason: health.reason });
  };

  /** One check per step of the startup that is not done, by its name. */
  private startupChecks(): HealthIndicatorFunction[] {
    return [...this.startup.pending].map(
      ([step, reason]): HealthIndicatorFunction =>
        () =>
          this.indicators.check(step).down({ reason }),
    );
  }

  private async answer(reply: FastifyReply, checks: HealthIndicatorFunction[]): Promise<void> {
    const failed = await this.failedChecks(checks);
    const isReadiness = checks.includes(this.checkSpend);
    const draining = isReadiness && this.drain.draining;
    const report: ProbeReport = {
      status: draining ? 'draining' : failed === undefined ? 'ok' : 'degraded',
      version: this.config.environment,
      uptime_s: Math.round(this.clock.monotonicMs() - this.startedAtMs) / 1000,
      ...(failed === undefined ? {} : { checks: failed }),
    };
    void reply.code(report.status === 'ok' ? 200 : 503).send(report);
  }

  /** Terminus throws when a check is down; its exception carries what we want to show. */
  private async failedChecks(checks: HealthIndicatorFunction[]): Promise<Record<string, string> | undefined> {
    const outcome = await this.health.check(checks).catch((error: unknown) => readTerminusError(error));
    const failures = Object.entries(outcome.error ?? {});
    if (failures.length === 0) return undefined;
    return Object.fromEntries(failures.map(([name, detail]) => [name, String(detail?.['reason'] ?? 'down')]));
  }
}

type CheckOutcome = Awaited<ReturnType<HealthCheckService['check']>>;

function readTerminusError(error: unknown): Pick<CheckOutcome, 'error'> {
  if (error instanceof Error && 'getResponse' in error && typeof error.getResponse === 'function') {
    return error.getResponse() as Pick<CheckOutcome, 'error'>;
  }
  throw error;
}
