import type { VirtualClock } from '#kernel';

/** Moves time forward, `stepMs` at a time, until `promise` settles. */
export async function drive<T>(promise: Promise<T>, clock: VirtualClock, stepMs = 5): Promise<T> {
  let settled = false;
  const settle = (): void => void (settled = true);
  promise.then(settle, settle);
  for (let step = 0; ; step += 1) {
    // A turn of the event loop, so that everything that can happen now has happened.
    await new Promise((resolve) => setImmediate(resolve));
    if (settled) return promise;
    if (step > 100_000) throw new Error('the promise never settles');
    await clock.advance(stepMs);
  }
}
