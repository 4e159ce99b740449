import type { Target } from './targets.js';

/** Where a target stands in a plan, or why it has no place in it. */
export interface PlanDecision {
  readonly modelProviderId: string;
  readonly family: string;
  readonly model: string;
  readonly planned: boolean;
  readonly reason: string;
}

/** Collects why a plan is as it is. */
export class Decisions {
  private readonly out: PlanDecision[] = [];
  private readonly notes = new Map<Target, string>();

  /** A target is not asked, and this is why. */
  leaveOut(target: Target, reason: string): void {
    this.out.push(describe(target, false, reason));
  }

  /** Why a target stands where it stands. */
  note(target: Target, reason: string): void {
    this.notes.set(target, reason);
  }

  /** Everything that was decided: the candidates in order, then what was left out. */
  of(candidates: readonly Target[]): readonly PlanDecision[] {
    const planned = candidates.map((target, index) =>
      describe(target, true, this.notes.get(target) ?? (index === 0 ? 'first' : 'next in order')),
    );
    return [...planned, ...this.out];
  }
}

function describe({ modelProvider, model }: Target, planned: boolean, reason: string): PlanDecision {
  return { modelProviderId: modelProvider.id, family: modelProvider.family, model, planned, reason };
}
