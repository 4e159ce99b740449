import { z } from 'zod';
import { behaviourSchema, type Behaviour, type BehaviourInput } from './behaviour.js';
import { readBehaviour } from './named-behaviours.js';

/** Which requests a queued behaviour is for: all that is given must fit. */
export interface QueueCondition {
  /** What the path must contain, such as `/v1/messages`. */
  readonly path?: string | undefined;
  /** The model that must be named. */
  readonly model?: string | undefined;
}

/** A behaviour that waits for its request, by name or spelled out. */
export type QueuedInput = string | BehaviourInput;

const conditionSchema = z.strictObject({ path: z.string().optional(), model: z.string().optional() });

/** The most entries of one script that comes over HTTP. */
const SCRIPT_ENTRIES_MAX = 10_000;

const scriptSchema = z
  .array(
    z.union([
      z.string(),
      z.strictObject({ when: conditionSchema, behaviour: z.union([z.string(), behaviourSchema]) }),
      behaviourSchema,
    ]),
  )
  .max(SCRIPT_ENTRIES_MAX);

/** Behaviours that wait, each for one request: the first whose condition fits. */
export class BehaviourQueue {
  private entries: { readonly when: QueueCondition; readonly behaviour: Behaviour }[] = [];

  /** @throws Error for a behaviour that does not exist. */
  add(when: QueueCondition, behaviours: readonly QueuedInput[]): void {
    const parsed = behaviours.map((one) => (typeof one === 'string' ? readBehaviour(one) : behaviourSchema.parse(one)));
    this.entries.push(...parsed.map((behaviour) => ({ when, behaviour })));
  }

  /**
   * Adds what a JSON array holds: names, behaviours, and `{ when, behaviour }`.
   *
   * @throws Error for anything else.
   */
  addJson(text: string): void {
    for (const entry of scriptSchema.parse(JSON.parse(text))) {
      if (typeof entry === 'object' && 'when' in entry) this.add(entry.when, [entry.behaviour]);
      else this.add({}, [entry]);
    }
  }

  /** The behaviour for a request, which is then used up. */
  take(path: string, model: string): Behaviour | undefined {
    const index = this.entries.findIndex(
      ({ when }) => path.includes(when.path ?? '') && (when.model === undefined || when.model === model),
    );
    return index === -1 ? undefined : this.entries.splice(index, 1)[0]?.behaviour;
  }

  clear(): void {
    this.entries = [];
  }
}
