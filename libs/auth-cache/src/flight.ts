import type { Clock } from '#kernel';

/**
 * One question to the control plane in progress, with a time limit that holds also when the work ignores its signal.
 *
 * There is at most one per key digest, whatever it asks.
 */
export class Flight {
  private readonly controller = new AbortController();

  constructor(
    private readonly clock: Clock,
    private readonly timeoutMs: number,
  ) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Ends the flight at once; its work is told and its waiters get the answer of `onCut`. */
  cut(): void {
    this.controller.abort(new Error('the key cache was stopped'));
  }

  /** Runs `work` until it is done, or answers `onCut()` when the time limit passes or the flight is cut. */
  async run<Answer>(work: (signal: AbortSignal) => Promise<Answer>, onCut: () => Answer): Promise<Answer> {
    const { signal } = this.controller;
    const landed = new AbortController();
    const cut = new Promise<typeof CUT>((resolve) => {
      signal.addEventListener('abort', () => resolve(CUT), { once: true });
    });
    const expire = (): void => this.controller.abort(new Error('the time limit of the load passed'));
    this.clock.sleep(this.timeoutMs, landed.signal).then(expire, ignoreWake);
    try {
      const first = await Promise.race([work(signal), cut]);
      return first === CUT ? onCut() : first;
    } finally {
      landed.abort();
    }
  }
}

const CUT = Symbol('cut');

function ignoreWake(): void {
  // The work was done in time, so its guard is woken early and has nothing to do.
}
