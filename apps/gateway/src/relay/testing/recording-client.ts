import { expect } from 'vitest';
import type { AnswerHead, ClientSide } from '../answer-receiver.js';

/** A client that asserts the protocol of an answer: commit once, then bytes, then one end. */
export class RecordingClient implements ClientSide {
  state: 'idle' | 'started' | 'ended' = 'idle';
  head: AnswerHead | undefined;
  private readonly received: Buffer[] = [];

  get committed(): boolean {
    return this.state !== 'idle';
  }

  /** Everything that was sent so far. */
  get text(): string {
    return Buffer.concat(this.received).toString();
  }

  commit(head: AnswerHead): void {
    expect(this.state).toBe('idle');
    this.state = 'started';
    this.head = head;
  }

  write(bytes: Buffer | string): void {
    expect(this.state).toBe('started');
    this.received.push(Buffer.from(bytes));
  }

  end(bytes?: Buffer | string): void {
    expect(this.state).toBe('started');
    if (bytes !== undefined) this.received.push(Buffer.from(bytes));
    this.state = 'ended';
  }
}
