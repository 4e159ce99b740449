import { describe, expect, it } from 'vitest';
import { SystemClock } from './clock.js';

describe('SystemClock', () => {
  it('rejects a sleep with the reason of its signal, before and while it sleeps', async () => {
    const clock = new SystemClock();
    const abort = new AbortController();
    const sleep = clock.sleep(60_000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    await expect(clock.sleep(60_000, abort.signal)).rejects.toThrow('enough');
  });

  it('never lets monotonic time run backwards', () => {
    const clock = new SystemClock();
    const first = clock.monotonicMs();
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(first);
  });
});
