import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { invariant, SystemClock, type Clock } from '#kernel';
import { z } from 'zod';
import { AnswerWriter } from './answer-writer.js';
import { behaviourSchema, type Behaviour, type BehaviourInput } from './behaviour.js';
import { errorOf, type ChatQuestion } from './chat-wire.js';
import { ControlRoutes } from './control-routes.js';
import { HoldGate } from './hold-gate.js';
import { BEHAVIOUR_NAMES, behaviourOfModel, MODEL_PREFIX, readBehaviour } from './named-behaviours.js';
import { readBody, REQUEST_BODY_BYTES_MAX } from './read-body.js';
import { RequestLog, type RecordedRequest } from './request-log.js';

/** A header that chooses the behaviour by name, for callers that reach the fake directly. */
export const BEHAVIOUR_HEADER = 'x-fake-behaviour';

const LOOPBACK = '127.0.0.1';

const chatSchema = z.object({
  model: z.string(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
});

/** Options of a {@link FakeUpstream}. */
export interface FakeUpstreamOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Times exchanges and paces streams. Default: the machine's own. */
  readonly clock?: Clock;
}

/**
 * A model provider for tests: OpenAI's wire on a real loopback port, doing on demand what providers do wrong.
 *
 * What happens to a request is decided by, in this order: the queue of {@link script}; the header
 * {@link BEHAVIOUR_HEADER}; a model named `fake/<behaviour>`; else it gets a plain answer. Equal requests get equal
 * bytes. Any path that ends in `/chat/completions` is served, whatever stands before it.
 */
export class FakeUpstream {
  private readonly server: Server;
  private readonly log: RequestLog;
  private readonly gate = new HoldGate();
  private readonly queue: Behaviour[] = [];
  private readonly control = new ControlRoutes(this);

  private constructor(private readonly clock: Clock) {
    this.log = new RequestLog(clock);
    this.server = createServer({ noDelay: true }, (request, response) => void this.serve(request, response));
  }

  /** Listens on loopback. */
  static async start(options: FakeUpstreamOptions = {}): Promise<FakeUpstream> {
    const upstream = new FakeUpstream(options.clock ?? new SystemClock());
    upstream.server.listen(options.port ?? 0, LOOPBACK);
    await once(upstream.server, 'listening');
    return upstream;
  }

  get port(): number {
    const address = this.server.address();
    invariant(typeof address === 'object' && address !== null, 'the fake upstream is not listening');
    return address.port;
  }

  /** Its base URL, without a path. */
  get url(): string {
    return `http://${LOOPBACK}:${this.port}`;
  }

  /** What it was asked, oldest first, as of now. Requests for the list of models are not in it. */
  requests(): readonly RecordedRequest[] {
    return this.log.all();
  }

  /**
   * Resolves with all requests as soon as `condition` holds for them, at once if it does already.
   *
   * @param signal Ends the wait with its reason.
   */
  async waitFor(
    condition: (requests: readonly RecordedRequest[]) => boolean,
    signal?: AbortSignal,
  ): Promise<readonly RecordedRequest[]> {
    const met = Promise.withResolvers<readonly RecordedRequest[]>();
    const check = (): void => {
      const requests = this.requests();
      if (condition(requests)) met.resolve(requests);
    };
    const onAbort = (): void => met.reject(signal?.reason);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', onAbort, { once: true });
    const unsubscribe = this.log.onChange(check);
    check();
    try {
      return await met.promise;
    } finally {
      unsubscribe();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Queues behaviours, by name (`'error-429'`, `'stream?chunks=3'`) or spelled out; each serves one request. */
  script(...behaviours: readonly (string | BehaviourInput)[]): void {
    const parsed = behaviours.map((one) => (typeof one === 'string' ? readBehaviour(one) : behaviourSchema.parse(one)));
    this.queue.push(...parsed);
  }

  /** Lets every answer that holds go on. */
  release(): void {
    this.gate.release();
  }

  /** Forgets the requests and the queue. Answers in progress go on. */
  reset(): void {
    this.log.clear();
    this.queue.length = 0;
  }

  /** Closes the listener and every connection, also in the middle of an answer. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await this.control.serve(request, response)) return;
    const path = request.url?.split('?')[0] ?? '';
    if (request.method === 'GET' && path.endsWith('/models')) return sendModels(response);
    const record = this.log.open(request);
    const writer = new AnswerWriter(response, record, this.gate, this.clock);
    const body = await readBody(request);
    if (body === 'unfinished') return record.finish('client-closed');
    if (body === 'too-large') return writer.json(413, errorOf(413, `The limit is ${REQUEST_BODY_BYTES_MAX} bytes.`));
    this.log.addBody(record, body);
    if (request.method !== 'POST' || !path.endsWith('/chat/completions')) {
      return writer.json(404, errorOf(404, `There is no ${request.method} ${path}.`));
    }
    const question = readQuestion(body);
    const choice = this.chooseBehaviour(request, question);
    if ('problem' in choice) return writer.json(choice.status, errorOf(choice.status, choice.problem));
    record.behaviour = choice.behaviour;
    return writer.perform(choice.behaviour, question ?? { model: '', stream: false, includeUsage: false });
  }

  private chooseBehaviour(
    request: IncomingMessage,
    question: ChatQuestion | undefined,
  ): { behaviour: Behaviour } | { status: number; problem: string } {
    const queued = this.queue.shift();
    if (queued !== undefined) return { behaviour: queued };
    const named = request.headers[BEHAVIOUR_HEADER];
    try {
      if (typeof named === 'string') return { behaviour: readBehaviour(named) };
      if (question === undefined) return { status: 400, problem: 'The body is not a chat request.' };
      return { behaviour: behaviourOfModel(question.model) };
    } catch (error) {
      return { status: 404, problem: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** The parts of a chat request that matter here; undefined when the body is none. */
function readQuestion(body: Buffer): ChatQuestion | undefined {
  try {
    const { model, stream, stream_options: options } = chatSchema.parse(JSON.parse(body.toString('utf8')));
    return { model, stream: stream === true, includeUsage: options?.include_usage === true };
  } catch {
    return undefined;
  }
}

function sendModels(response: ServerResponse): void {
  const data = BEHAVIOUR_NAMES.map((name) => ({
    id: MODEL_PREFIX + name,
    object: 'model',
    created: 0,
    owned_by: 'fake',
  }));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data }));
}
