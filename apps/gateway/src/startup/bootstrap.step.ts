import type { Bootstrap } from '#auth-cache';
import { StartupStep } from './startup-step.js';

/** Loads every active key before the first request. Where that cannot be, keys are resolved as they come. */
export class BootstrapStep extends StartupStep {
  override readonly name = 'bootstrap';

  constructor(private readonly bootstrap: Bootstrap) {
    super();
  }

  override async run(report: (detail: string) => void, signal: AbortSignal): Promise<void> {
    await this.bootstrap.run(report, signal);
  }
}
