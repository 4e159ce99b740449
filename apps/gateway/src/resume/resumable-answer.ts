import type { ModelError, ModelEvent, ModelRequest, StreamWriter } from '#providers';
import type { EventWriter } from '../relay/translated-stream.js';
import { ContinuedEvents } from './continued-events.js';
import type { EventJoint, SentAnswer } from './event-joint.js';
import { RestartedEvents } from './restarted-events.js';

/** How a stream that broke off is completed. */
export type Resumption = 'continue' | 'restart';

/** Distance between the part numbers of two attempts, far more than any answer has parts. */
export const PARTS_PER_ATTEMPT = 1_000_000;

/**
 * A stream to one client that several attempts may write, one after the other: it keeps the writer, and what was sent.
 */
export class ResumableAnswer {
  private text = '';
  private openText: number | undefined;
  /** A tool call or a medium was begun: what comes after it cannot be made to fit. */
  private beyondText = false;
  private attempts = 0;
  private finished = false;

  constructor(
    private readonly writer: StreamWriter,
    readonly mode: Resumption,
  ) {}

  /** How the answer came to its end, for explanations. */
  get outcome(): 'none' | 'continued' | 'restarted' {
    if (this.attempts < 2) return 'none';
    return this.mode === 'continue' ? 'continued' : 'restarted';
  }

  /** Whether another attempt may go on with what was sent so far. */
  get resumable(): boolean {
    return !this.beyondText && !this.finished;
  }

  /** The writer for the next attempt. */
  nextAttempt(): EventWriter {
    this.attempts += 1;
    const joint = this.attempts === 1 ? undefined : this.createJoint();
    return {
      write: (event) => {
        const joined = joint === undefined ? [event] : joint.join(event);
        return Array.isArray(joined) ? this.write(joined) : (joined as ModelError);
      },
      end: () => this.writer.end(),
      fail: (error) => this.fail(error),
    };
  }

  /** The request for an attempt that goes on with the answer: what was sent so far becomes its beginning. */
  continuation(request: ModelRequest): ModelRequest {
    // Providers refuse a beginning that ends in white space, and would repeat it anyway.
    const begun = this.text.trimEnd();
    if (this.mode === 'restart' || begun === '') return request;
    const last = request.messages.at(-1);
    const part = { kind: 'text', text: begun } as const;
    const messages =
      last?.role === 'assistant'
        ? [...request.messages.slice(0, -1), { ...last, parts: [...last.parts, part] }]
        : [...request.messages, { role: 'assistant', parts: [part] } as const];
    return { ...request, messages };
  }

  /** The last bytes of a stream that nobody could complete. */
  fail(error: ModelError): string {
    this.finished = true;
    return this.writer.fail(error);
  }

  private createJoint(): EventJoint {
    const sent: SentAnswer = { text: this.text, openText: this.openText };
    const firstPart = (this.attempts - 1) * PARTS_PER_ATTEMPT;
    return this.mode === 'continue' ? new ContinuedEvents(sent, firstPart) : new RestartedEvents(sent, firstPart);
  }

  private write(events: readonly ModelEvent[]): string {
    let text = '';
    for (const event of events) {
      this.note(event);
      text += this.writer.write(event);
    }
    return text;
  }

  private note(event: ModelEvent): void {
    switch (event.kind) {
      case 'text-start':
        this.openText = event.part;
        return;
      case 'text-delta':
        this.text += event.text;
        return;
      case 'text-end':
        this.openText = undefined;
        return;
      case 'tool-call-start':
      case 'media':
      case 'refusal-start':
        this.beyondText = true;
        return;
      case 'finish':
        this.finished = true;
        return;
      default:
    }
  }
}
