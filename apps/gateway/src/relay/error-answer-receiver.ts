import type { IncomingHttpHeaders } from 'node:http';
import { classifyStatus } from '#retry';
import type { AnswerReceiver, RelayResult } from './answer-receiver.js';
import { connectionFailure, departedClient } from './upstream-failures.js';

/** Largest error body that is kept; the rest is cut off. */
export const ERROR_BODY_BYTES_MAX = 1024 * 1024;

/** Keeps a provider's error answer, so that the walk can fall back or forward it byte for byte. */
export class ErrorAnswerReceiver implements AnswerReceiver {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly status: number,
    private readonly headers: IncomingHttpHeaders,
    private readonly settle: (result: RelayResult) => void,
  ) {}

  data(chunk: Buffer): void {
    const room = ERROR_BODY_BYTES_MAX - this.bytes;
    if (room <= 0) return;
    this.chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.bytes += Math.min(chunk.length, room);
  }

  end(): void {
    const kind = classifyStatus(this.status);
    const failure = {
      kind: 'answered',
      status: this.status,
      headers: this.headers,
      body: Buffer.concat(this.chunks),
    } as const;
    this.settle({ kind: kind === 'success' ? 'client_error' : kind, failure });
  }

  broken(error: Error): void {
    // The status is known and decides; a body that broke off is still better than none.
    if (this.chunks.length > 0) this.end();
    else this.settle(connectionFailure(error));
  }

  clientGone(): void {
    this.settle(departedClient());
  }
}
