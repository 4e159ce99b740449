import { SeededRandom, VirtualClock } from '#kernel';
import { BreakerRegistry } from '../breaker-registry.js';
import { RetryBudget } from '../retry-budget.js';
import { StopSource } from '../stop-signal.js';
import { walk } from '../walk.js';
import type { RepeatOptions, WalkEvent, WalkOptions, WalkResult } from '../walk-options.js';
import { drive } from './drive.js';
import { ScriptedAttempts, type ScriptedStep } from './scripted-attempts.js';

/** The options of a walk in a {@link WalkScene}. */
export type SceneOptions = WalkOptions<string, string, string>;
type Step = ScriptedStep | ScriptedStep['ends'];

/** What each candidate does at each time that it is asked; the last step stands for all further ones. */
export type Script = Readonly<Record<string, Step | readonly Step[]>>;

/** One walk over scripted candidates, in virtual time; its breakers open at the first failure. */
export class WalkScene {
  readonly clock = new VirtualClock(0);
  readonly signal = new StopSource();
  readonly events: WalkEvent<string>[] = [];
  readonly breakers = new BreakerRegistry({ clock: this.clock, config: { threshold: 1 } });
  readonly scripted: ScriptedAttempts;

  constructor(private readonly script: Script) {
    this.scripted = new ScriptedAttempts(this.clock, this.signal, (candidate, repeat) =>
      this.stepOf(candidate, repeat),
    );
  }

  /** Walks over the candidates of the script, in its order. */
  walk(change: Partial<SceneOptions> = {}): Promise<WalkResult<string, string, string>> {
    const walking = walk<string, string, string>({
      candidates: Object.keys(this.script),
      breakerIdsOf: (candidate) => [candidate],
      attempt: this.scripted.attempt,
      breakers: this.breakers,
      signal: this.signal,
      clock: this.clock,
      onEvent: (event) => this.events.push(event),
      ...change,
    });
    return drive(walking, this.clock);
  }

  /** Who was asked, in order. */
  get asked(): string[] {
    return this.scripted.made.map(({ candidate }) => candidate);
  }

  /** What the walk told, in order. */
  get reasons(): string[] {
    return this.events.map(({ reason }) => reason);
  }

  /** Opens breakers. */
  open(...ids: string[]): this {
    for (const id of ids) this.breakers.recordFailure(id);
    return this;
  }

  /** Opens breakers and waits until each lets one probe through. */
  async halfOpen(...ids: string[]): Promise<this> {
    this.open(...ids);
    await this.clock.advance(60_001);
    return this;
  }

  private stepOf(candidate: string, repeat: number): ScriptedStep {
    const steps = [this.script[candidate] ?? 'success'].flat();
    const step = steps[repeat - 1] ?? steps.at(-1) ?? 'success';
    return typeof step === 'string' ? { ends: step } : step;
  }
}

/** Repeats: one, with a full budget, unless told otherwise. */
export function repeats(change: Partial<RepeatOptions> = {}): RepeatOptions {
  return { max: 1, budget: new RetryBudget(), random: new SeededRandom(), safe: true, ...change };
}
