import type { Loss, LossReport } from '../spec/loss-report.js';

/** Collects the losses of one translation: those of the parameter policy, then those of the writer. */
export class Losses implements LossReport {
  private readonly collected: Loss[];

  /** @param before What was lost already. Default: nothing. */
  constructor(before: readonly Loss[] = []) {
    this.collected = [...before];
  }

  /** All of them, in the order in which they were reported. */
  get all(): readonly Loss[] {
    return this.collected;
  }

  /** The loss for which a strict request is refused; undefined when nothing was lost. */
  get firstLoss(): Loss | undefined {
    return this.collected[0];
  }

  drop(field: string, reason: string): void {
    this.collected.push({ field, reason });
  }

  /** The fields that were lost, each once, sorted. */
  fields(): readonly string[] {
    return [...new Set(this.collected.map(({ field }) => field))].sort();
  }
}
