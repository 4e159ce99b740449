import { lookup } from 'node:dns/promises';
import { connect, isIPv6 } from 'node:net';
import type { Clock } from '#kernel';
import type { HostPort } from '../config/variable.js';

/** Checks again and again whether a host can be reached: its name resolves, and it accepts a connection. */
export class HostCheck {
  /** `host:port`, as the probe names it. */
  readonly label: string;
  private resolving: Promise<string | undefined> | undefined;

  constructor(
    private readonly target: HostPort,
    private readonly timeoutMs: number,
    private readonly clock: Clock,
  ) {
    this.label = `${isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`;
  }

  /** What is wrong, in one short sentence; undefined when the host can be reached. Takes the time limit once a half. */
  async problem(signal: AbortSignal): Promise<string | undefined> {
    return (await this.nameProblem(signal)) ?? (await this.connectionProblem(signal));
  }

  private nameProblem(signal: AbortSignal): Promise<string | undefined> {
    // The system's look-up cannot be called off and holds a thread, so one that hangs is waited for again, not repeated.
    this.resolving ??= lookup(this.target.host).then(
      () => undefined,
      (error: unknown) => `the name does not resolve (${codeOf(error)})`,
    );
    const resolving = this.resolving.then((problem) => {
      this.resolving = undefined;
      return problem;
    });
    return this.limited(resolving, `the name did not resolve within ${this.timeoutMs} ms`, signal);
  }

  private async connectionProblem(signal: AbortSignal): Promise<string | undefined> {
    const socket = connect(this.target);
    const connected = new Promise<string | undefined>((resolve) => {
      socket.once('connect', () => resolve(undefined));
      socket.once('error', (error) => resolve(`no connection (${codeOf(error)})`));
    });
    try {
      return await this.limited(connected, `no connection within ${this.timeoutMs} ms`, signal);
    } finally {
      socket.destroy();
    }
  }

  private async limited(
    work: Promise<string | undefined>,
    whenLate: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const done = new AbortController();
    const late = this.clock.sleep(this.timeoutMs, AbortSignal.any([signal, done.signal])).then(
      () => whenLate,
      () => 'the check was called off',
    );
    try {
      return await Promise.race([work, late]);
    } finally {
      done.abort();
    }
  }
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
