import { createServer, type AddressInfo, type Server } from 'node:net';
import { SystemClock } from '#kernel';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostCheck } from './host-check.js';
import { NetcheckStep } from './netcheck.step.js';

describe('the network check at startup', () => {
  const details: string[] = [];
  const warnings: unknown[] = [];
  let server: Server;
  let port: number;

  beforeEach(async () => {
    details.length = 0;
    warnings.length = 0;
    server = createServer((socket) => socket.end());
    await listen(0);
    port = (server.address() as AddressInfo).port;
  });

  afterEach(async () => {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });

  async function listen(at: number): Promise<void> {
    await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  }

  function stepFor(host: string, at: number, timeoutMs = 2_000): NetcheckStep {
    const logger = { warn: (line: unknown) => void warnings.push(line) };
    return new NetcheckStep({ hosts: [{ host, port: at }], timeoutMs, clock: new SystemClock(), logger });
  }

  function run(step: NetcheckStep, signal = new AbortController().signal): Promise<void> {
    return step.run((detail) => void details.push(detail), signal);
  }

  it('passes when the name resolves and the host accepts a connection', async () => {
    await run(stepFor('localhost', port));
    expect(details.at(-1)).toBe('');
    expect(warnings).toEqual([]);
  });

  it('names a host that refuses the connection, and passes as soon as it accepts one', async () => {
    await new Promise((resolve) => server.close(resolve));
    const running = run(stepFor('127.0.0.1', port));
    await vi.waitFor(() => expect(details.at(-1)).toBe(`127.0.0.1:${port}: no connection (ECONNREFUSED)`));
    await listen(port);
    await running;
    // What stays the same is warned of once.
    expect(warnings).toHaveLength(1);
  });

  it('names a host whose name does not resolve, until it is stopped', async () => {
    const cut = new AbortController();
    // No label of a name is this long, so it fails without anybody being asked.
    const name = 'x'.repeat(64);
    const running = run(stepFor(name, 443), cut.signal);
    await vi.waitFor(() => expect(details.at(-1)).toMatch(/^x{64}:443: the name does not resolve \(E[A-Z_]+\)$/));
    cut.abort();
    await expect(running).rejects.toThrow();
  });

  it.each([
    [1, 'the name did not resolve within 2000 ms'],
    [2, 'no connection within 2000 ms'],
  ])('gives up what takes longer than the time limit (wait %i)', async (impatientWait, problem) => {
    const check = new HostCheck({ host: '127.0.0.1', port }, 2_000, new ImpatientClock(impatientWait));
    expect(await check.problem(new AbortController().signal)).toBe(problem);
  });
});

/** A clock on which one wait is over at once. */
class ImpatientClock extends SystemClock {
  private waits = 0;

  constructor(private readonly impatientWait: number) {
    super();
  }

  override sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    this.waits += 1;
    return this.waits === this.impatientWait ? Promise.resolve() : super.sleep(durationMs, signal);
  }
}
