import type { ServerResponse } from 'node:http';
import { unreachable, type Clock } from '#kernel';
import type { HoldGate } from './hold-gate.js';
import type { OpenRequest } from './request-log.js';
import type { Step } from './step.js';

/** Takes the steps of one answer on one connection, and records how it ended. */
export class StepPerformer {
  private readonly gone = new AbortController();

  constructor(
    private readonly response: ServerResponse,
    private readonly record: OpenRequest,
    private readonly gate: HoldGate,
    private readonly clock: Clock,
  ) {
    response.on('error', () => this.gone.abort());
    response.once('close', () => {
      this.gone.abort();
      record.finish(response.writableFinished ? 'answered' : 'client-closed');
    });
  }

  /** Resolves when everything was handed to the connection, or nobody is left to read it. */
  async perform(steps: Iterable<Step>): Promise<void> {
    for (const step of steps) {
      if (this.gone.signal.aborted) return;
      await this.take(step);
    }
    if (!this.gone.signal.aborted) this.response.end();
  }

  private async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'head':
        this.response.writeHead(step.status, step.headers);
        return;
      case 'bytes':
        await this.write(step.bytes, step.isBytewise === true);
        if (step.isEvent === true) this.record.sent();
        return;
      case 'pause':
        return this.clock.sleep(step.durationMs, this.gone.signal).catch(() => undefined);
      case 'hold':
        return this.hold();
      case 'break':
        return this.breakOff(() => this.response.destroy());
      case 'reset':
        return this.breakOff(() => this.response.socket?.resetAndDestroy());
      default:
        return unreachable(step);
    }
  }

  /** Resolves when the bytes left the process, so that a break right after it loses none of them. */
  private async write(bytes: Buffer, isBytewise: boolean): Promise<void> {
    const size = isBytewise ? 1 : Math.max(1, bytes.length);
    for (let at = 0; at < bytes.length && !this.gone.signal.aborted; at += size) {
      const flushed = Promise.withResolvers<void>();
      this.response.write(bytes.subarray(at, at + size), () => flushed.resolve());
      await flushed.promise;
    }
  }

  private async hold(): Promise<void> {
    if (this.response.headersSent) this.response.flushHeaders();
    const released = this.gate.wait(this.gone.signal);
    this.record.hold(true);
    await released;
    this.record.hold(false);
  }

  private breakOff(close: () => void): void {
    if (this.response.headersSent) this.response.flushHeaders();
    this.record.finish('cut');
    this.gone.abort();
    close();
  }
}
