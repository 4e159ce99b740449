import type { LoggerService } from '@nestjs/common';
import type { StartupStep } from './startup-step.js';

/**
 * What the gateway does before it counts as started: named steps, one after the other. Also its Nest token.
 *
 * The listener is up meanwhile, so that probes can tell what is being waited for, and requests that come early are
 * served as far as they can be.
 */
export class Startup {
  private readonly stopping = new AbortController();
  private readonly waiting: Map<string, string>;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly steps: readonly StartupStep[],
    private readonly logger: Pick<LoggerService, 'log' | 'error'>,
  ) {
    this.waiting = new Map(steps.map(({ name }) => [name, 'waiting for its turn']));
  }

  /** The steps that are not done and what each waits for; empty once the gateway has started. */
  get pending(): ReadonlyMap<string, string> {
    return this.waiting;
  }

  /** Starts the steps and returns at once. Call it once. */
  begin(): void {
    this.running = this.runSteps();
  }

  /** Gives up what is not done; resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async runSteps(): Promise<void> {
    const { signal } = this.stopping;
    for (const step of this.steps) {
      if (signal.aborted) return;
      this.waiting.set(step.name, 'in progress');
      try {
        await step.run((detail) => this.waiting.set(step.name, detail), signal);
      } catch (error) {
        if (signal.aborted) return;
        // A defect of ours. What the step was to ensure is not ensured, so the gateway does not claim to have started.
        this.waiting.set(step.name, 'failed');
        this.logger.error({ msg: 'startup_step_failed', step: step.name, cause: error });
        return;
      }
      this.waiting.delete(step.name);
    }
    this.logger.log({ msg: 'startup_complete', steps: this.steps.map(({ name }) => name) });
  }
}
