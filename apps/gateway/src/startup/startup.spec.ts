import { describe, expect, it } from 'vitest';
import { StartupStep } from './startup-step.js';
import { Startup } from './startup.js';

class HandStep extends StartupStep {
  private readonly outcome = Promise.withResolvers<void>();
  report: (detail: string) => void = () => undefined;
  signal: AbortSignal | undefined;

  constructor(readonly name: string) {
    super();
  }

  override run(report: (detail: string) => void, signal: AbortSignal): Promise<void> {
    this.report = report;
    this.signal = signal;
    signal.addEventListener('abort', () => this.outcome.reject(new Error('stopped')));
    return this.outcome.promise;
  }

  async finish(): Promise<void> {
    this.outcome.resolve();
    await settle();
  }

  async fail(): Promise<void> {
    this.outcome.reject(new Error('a defect'));
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

function startupOf(...steps: StartupStep[]): { startup: Startup; errors: unknown[] } {
  const errors: unknown[] = [];
  return { startup: new Startup(steps, { log: () => undefined, error: (line: unknown) => errors.push(line) }), errors };
}

describe('startup', () => {
  it('is pending from the very first moment, and names each step with what it waits for', async () => {
    const [first, second] = [new HandStep('netcheck'), new HandStep('bootstrap')];
    const { startup } = startupOf(first, second);
    expect([...startup.pending.keys()]).toEqual(['netcheck', 'bootstrap']);
    startup.begin();
    first.report('db.internal:5432: refused');
    expect(Object.fromEntries(startup.pending)).toEqual({
      netcheck: 'db.internal:5432: refused',
      bootstrap: 'waiting for its turn',
    });
    await first.finish();
    expect(Object.fromEntries(startup.pending)).toEqual({ bootstrap: 'in progress' });
    await second.finish();
    expect(startup.pending.size).toBe(0);
  });

  it('is complete at once when there is nothing to do', async () => {
    const { startup } = startupOf();
    startup.begin();
    await settle();
    expect(startup.pending.size).toBe(0);
  });

  it('never claims to be complete after a step failed by a defect', async () => {
    const [step, next] = [new HandStep('bootstrap'), new HandStep('after')];
    const { startup, errors } = startupOf(step, next);
    startup.begin();
    await step.fail();
    expect(startup.pending.get('bootstrap')).toBe('failed');
    expect(next.signal).toBeUndefined();
    expect(errors).toHaveLength(1);
  });

  it('ends with the process, whatever it waits for, and blames no step for that', async () => {
    const step = new HandStep('netcheck');
    const { startup, errors } = startupOf(step);
    startup.begin();
    await startup.stop();
    expect(step.signal?.aborted).toBe(true);
    expect(errors).toEqual([]);
  });
});
