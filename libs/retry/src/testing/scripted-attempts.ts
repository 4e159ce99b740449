import type { Clock } from '#kernel';
import type { FailureKind } from '../outcome-table.js';
import { StopSource, type StopSignal } from '../stop-signal.js';
import { waitFor } from '../wait-for.js';
import type { AttemptControl, AttemptResult } from '../walk-options.js';

/** How a scripted attempt ends; `fault` rejects, and `resumable` is an interrupted answer that another may complete. */
export type ScriptedEnd = FailureKind | 'success' | 'interrupted' | 'resumable' | 'fault';

/** What a candidate does when it is asked once. */
export interface ScriptedStep {
  readonly ends: ScriptedEnd;
  /** Milliseconds until its answer begins, or until it fails. Default 5. */
  readonly afterMs?: number;
  /** Milliseconds from the beginning of its answer to the end. Default 0. */
  readonly lastsMs?: number;
  readonly retryAfterMs?: number | undefined;
}

/** One attempt that was made. */
export interface ScriptedAttempt {
  readonly candidate: string;
  readonly repeat: number;
  readonly startedMs: number;
  begun: boolean;
  ended: ScriptedEnd | undefined;
}

/** Attempts that do what a script says, obey both signals, and are written down. */
export class ScriptedAttempts {
  readonly made: ScriptedAttempt[] = [];
  /** Called when an attempt starts, before it is written down. */
  onStart: (candidate: string) => void = () => undefined;

  /** @param stepOf What a candidate does at the `repeat`th time that it is asked. */
  constructor(
    private readonly clock: Clock,
    private readonly signal: StopSignal,
    private readonly stepOf: (candidate: string, repeat: number) => ScriptedStep,
  ) {}

  /** The attempt function of a walk. */
  readonly attempt = async (
    candidate: string,
    _index: number,
    control: AttemptControl,
  ): Promise<AttemptResult<string, string>> => {
    this.onStart(candidate);
    const { repeat } = control;
    const step = this.stepOf(candidate, repeat);
    const entry: ScriptedAttempt = {
      candidate,
      repeat,
      startedMs: this.clock.monotonicMs(),
      begun: false,
      ended: undefined,
    };
    this.made.push(entry);
    entry.ended = await this.play(step, entry, control);
    return this.resultOf(entry.ended, step, candidate);
  };

  private async play(step: ScriptedStep, entry: ScriptedAttempt, control: AttemptControl): Promise<ScriptedEnd> {
    const stopped = eitherOf(this.signal, control.cancelled);
    await waitFor(this.clock, step.afterMs ?? 5, stopped);
    if (control.cancelled.aborted) return 'hedge_lost';
    if (this.signal.aborted) return 'client_gone';
    if (!ANSWERS.has(step.ends)) return step.ends;
    entry.begun = true;
    control.answering();
    await waitFor(this.clock, step.lastsMs ?? 0, stopped);
    // The client left during its answer: it got what it wanted.
    return this.signal.aborted ? 'success' : step.ends;
  }

  private resultOf(ended: ScriptedEnd, step: ScriptedStep, candidate: string): AttemptResult<string, string> {
    const value = `answer of ${candidate}`;
    switch (ended) {
      case 'fault':
        throw new Error(`fault of ${candidate}`);
      case 'success':
        return { kind: 'success', value };
      case 'interrupted':
        return { kind: 'interrupted', value };
      case 'resumable':
        return { kind: 'interrupted', value, resumable: true };
      default:
        return { kind: ended, failure: `${ended} of ${candidate}`, retryAfterMs: step.retryAfterMs };
    }
  }
}

const ANSWERS: ReadonlySet<ScriptedEnd> = new Set(['success', 'interrupted', 'resumable']);

function eitherOf(...signals: readonly StopSignal[]): StopSignal {
  const either = new StopSource();
  for (const signal of signals) {
    if (signal.aborted) either.stop();
    signal.subscribe(() => either.stop());
  }
  return either;
}
