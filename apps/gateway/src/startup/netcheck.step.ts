import type { Clock } from '#kernel';
import type { LoggerService } from '@nestjs/common';
import type { HostPort } from '../config/variable.js';
import { HostCheck } from './host-check.js';
import { StartupStep } from './startup-step.js';

/** Pause between two tries of a host. */
const RETRY_INTERVAL_MS = 1_000;

/** How to build a {@link NetcheckStep}. */
export interface NetcheckOptions {
  readonly hosts: readonly HostPort[];
  /** Limit of each look-up and of each connection. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Pick<LoggerService, 'warn'>;
}

/** Waits until every host of a list can be reached. It never gives up: the kubelet's startup probe does. */
export class NetcheckStep extends StartupStep {
  override readonly name = 'netcheck';
  private readonly problems = new Map<string, string>();

  constructor(private readonly options: NetcheckOptions) {
    super();
  }

  override async run(report: (detail: string) => void, signal: AbortSignal): Promise<void> {
    const { hosts, timeoutMs, clock } = this.options;
    const checks = hosts.map((target) => new HostCheck(target, timeoutMs, clock));
    for (const { label } of checks) this.problems.set(label, 'being checked');
    const show = (): void => report([...this.problems].map(([label, problem]) => `${label}: ${problem}`).join('; '));
    show();
    await Promise.all(checks.map((check) => this.untilReached(check, show, signal)));
  }

  private async untilReached(check: HostCheck, show: () => void, signal: AbortSignal): Promise<void> {
    for (;;) {
      const problem = await check.problem(signal);
      signal.throwIfAborted();
      if (problem === undefined) break;
      const isNews = this.problems.get(check.label) !== problem;
      this.problems.set(check.label, problem);
      show();
      if (isNews) this.options.logger.warn({ msg: 'startup_netcheck_failed', host: check.label, problem });
      await this.options.clock.sleep(RETRY_INTERVAL_MS, signal);
    }
    this.problems.delete(check.label);
    show();
  }
}
