import type { ServerResponse } from 'node:http';
import { unreachable, type Clock } from '#kernel';
import type { AnswerBehaviour, Behaviour, ErrorBehaviour } from './behaviour.js';
import { chunksOf, completionOf, errorOf, type ChatQuestion } from './chat-wire.js';
import type { HoldGate } from './hold-gate.js';
import type { OpenRequest } from './request-log.js';

const DONE = '[DONE]';
const ERROR_IN_ANSWER = 'The fake upstream failed while it was answering.';

/** Performs one behaviour on one response. */
export class AnswerWriter {
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
  async perform(behaviour: Behaviour, question: ChatQuestion): Promise<void> {
    switch (behaviour.kind) {
      case 'answer':
        await this.holdAt('before-headers', behaviour);
        return question.stream ? this.stream(behaviour, question) : this.whole(behaviour, question);
      case 'error':
        return this.refuse(behaviour);
      case 'echo':
        return this.echo();
      case 'disconnect':
        return this.breakOff();
      default:
        return unreachable(behaviour);
    }
  }

  /** Answers with one JSON document. */
  json(status: number, body: object, headers: Record<string, string> = {}): void {
    const text = JSON.stringify(body);
    const length = String(Buffer.byteLength(text));
    this.response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
    this.response.end(text);
  }

  private refuse({ status, retryAfterSeconds, message }: ErrorBehaviour): void {
    const headers = retryAfterSeconds === undefined ? undefined : { 'retry-after': String(retryAfterSeconds) };
    this.json(status, errorOf(status, message), headers);
  }

  private echo(): void {
    const { headers, body } = this.record.snapshot;
    const encoded = Buffer.from(JSON.stringify(headers)).toString('base64url');
    const type = headers['content-type'] ?? 'application/octet-stream';
    this.response.writeHead(200, { 'content-type': type, 'x-fake-request-headers': encoded }).end(body);
  }

  private async whole(behaviour: AnswerBehaviour, question: ChatQuestion): Promise<void> {
    if (this.gone.signal.aborted) return;
    if (behaviour.end === 'error') return this.json(200, errorOf(500, ERROR_IN_ANSWER));
    const body = Buffer.from(JSON.stringify(completionOf(question, behaviour)));
    const middle = Math.floor(body.length / 2);
    const isTruncated = behaviour.end === 'truncated';
    const length = String(isTruncated ? middle : body.length);
    this.response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
    await this.write(body.subarray(0, middle), behaviour);
    await this.holdAt('after-first-chunk', behaviour);
    if (behaviour.end === 'cut') return this.breakOff();
    if (!isTruncated) await this.write(body.subarray(middle), behaviour);
    this.response.end();
  }

  private async stream(behaviour: AnswerBehaviour, question: ChatQuestion): Promise<void> {
    if (this.gone.signal.aborted) return;
    this.response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    let index = 0;
    for (const chunk of chunksOf(question, behaviour)) {
      if (index > 0) await this.pause(behaviour.intervalMs);
      if (this.gone.signal.aborted) return;
      await this.event(JSON.stringify(chunk), behaviour);
      // The first chunk names the role; the second is the first that says something.
      if (index === 1 && (await this.endsEarly(behaviour, chunk))) return;
      index += 1;
    }
    if (behaviour.end === 'whole') await this.event(DONE, behaviour);
    this.response.end();
  }

  /** Holds and ends as told after the first piece. True when the answer is over. */
  private async endsEarly(behaviour: AnswerBehaviour, chunk: object): Promise<boolean> {
    await this.holdAt('after-first-chunk', behaviour);
    if (this.gone.signal.aborted) return true;
    if (behaviour.end === 'error') {
      await this.event(JSON.stringify(errorOf(500, ERROR_IN_ANSWER)), behaviour);
      this.response.end();
      return true;
    }
    if (behaviour.end !== 'cut' && behaviour.end !== 'truncated') return false;
    const event = Buffer.from(`data: ${JSON.stringify(chunk)}`);
    await this.write(event.subarray(0, Math.floor(event.length / 2)), behaviour);
    if (behaviour.end === 'cut') this.breakOff();
    else this.response.end();
    return true;
  }

  private async holdAt(point: NonNullable<AnswerBehaviour['hold']>, behaviour: AnswerBehaviour): Promise<void> {
    if (behaviour.hold !== point) return;
    const released = this.gate.wait(this.gone.signal);
    this.record.hold(true);
    await released;
    this.record.hold(false);
  }

  private async event(data: string, behaviour: AnswerBehaviour): Promise<void> {
    await this.write(Buffer.from(`data: ${data}\n\n`), behaviour);
    this.record.sent();
  }

  /** Resolves when the bytes left the process, so that a break right after it loses none of them. */
  private async write(bytes: Buffer, { writes }: AnswerBehaviour): Promise<void> {
    const step = writes === 'byte' ? 1 : Math.max(1, bytes.length);
    for (let at = 0; at < bytes.length && !this.gone.signal.aborted; at += step) {
      const flushed = Promise.withResolvers<void>();
      this.response.write(bytes.subarray(at, at + step), () => flushed.resolve());
      await flushed.promise;
    }
  }

  private async pause(durationMs: number): Promise<void> {
    if (durationMs > 0) await this.clock.sleep(durationMs, this.gone.signal).catch(() => undefined);
  }

  private breakOff(): void {
    this.record.finish('cut');
    this.response.destroy();
  }
}
