import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { invariant, SystemClock, type Clock } from '#kernel';
import type { Behaviour } from './behaviour.js';
import { BehaviourQueue, type QueueCondition, type QueuedInput } from './behaviour-queue.js';
import { behaviourSteps, vendorOf } from './behaviour-steps.js';
import { ControlRoutes } from './control-routes.js';
import { HoldGate } from './hold-gate.js';
import { BEHAVIOUR_NAMES, behaviourOfModel, MODEL_PREFIX, readBehaviour } from './named-behaviours.js';
import { readBody, REQUEST_BODY_BYTES_MAX } from './read-body.js';
import { refusalSteps } from './refusal-steps.js';
import { RequestLog, type RecordedRequest } from './request-log.js';
import { StepPerformer } from './step-performer.js';
import { Call } from './wires/call.js';
import { Complaint } from './wires/complaint.js';
import { endpointsOf } from './wires/endpoints.js';
import { modelListOf } from './wires/model-lists.js';
import { OPENAI_VENDOR } from './wires/openai/openai-vendor.js';
import { ResponseStore } from './wires/openai/response-store.js';
import type { Endpoint } from './wires/wire.js';

/** A header that chooses the behaviour by name, for callers that reach the fake directly. */
export const BEHAVIOUR_HEADER = 'x-fake-behaviour';

const LOOPBACK = '127.0.0.1';

/** Options of a {@link FakeUpstream}. */
export interface FakeUpstreamOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Times exchanges and paces streams. Default: the machine's own. */
  readonly clock?: Clock;
  /**
   * The only key that is accepted, in the place where each vendor has it; for AWS the id of the access key. `true` for
   * any, but one there must be. Default: none is looked for.
   */
  readonly key?: string | true;
  /**
   * When the scripted model's streams tell their usage, in dialects that leave the choice to the caller. `always` is for
   * vendors that know no such choice, as Mistral. Default: `asked`.
   */
  readonly usage?: 'asked' | 'always';
}

/**
 * A model provider for tests: every vendor's wire on a real loopback port, doing on demand what providers do wrong.
 *
 * What happens to a request is decided by, in this order: the queue of {@link script}; the header
 * {@link BEHAVIOUR_HEADER}; a model named `fake/<behaviour>` or `…fault-<name>`; else the scripted model answers, once the
 * request was held against what the vendor demands. Equal requests get equal bytes. Any base path may stand before the
 * path that a vendor documents.
 */
export class FakeUpstream {
  private readonly server: Server;
  private readonly log: RequestLog;
  private readonly gate = new HoldGate();
  private readonly queue = new BehaviourQueue();
  private readonly responses = new ResponseStore();
  private readonly findEndpoint = endpointsOf(this.responses);
  private readonly control = new ControlRoutes(this);

  private constructor(
    private readonly clock: Clock,
    private readonly key: string | true | undefined,
    private readonly usage: 'asked' | 'always',
  ) {
    this.log = new RequestLog(clock);
    this.server = createServer({ noDelay: true }, (request, response) => void this.serve(request, response));
  }

  /** Listens on loopback. */
  static async start(options: FakeUpstreamOptions = {}): Promise<FakeUpstream> {
    const upstream = new FakeUpstream(options.clock ?? new SystemClock(), options.key, options.usage ?? 'asked');
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

  /**
   * Queues behaviours, by name (`'error-429'`, `'stream?chunks=3'`, `'fault-cut-mid-stream'`) or spelled out; each serves
   * one request.
   */
  script(...behaviours: readonly QueuedInput[]): void {
    this.queue.add({}, behaviours);
  }

  /** Queues behaviours as {@link script} does, each for one request that fits. */
  scriptWhen(when: QueueCondition, ...behaviours: readonly QueuedInput[]): void {
    this.queue.add(when, behaviours);
  }

  /** Queues what a JSON array holds: names, behaviours, and `{ when, behaviour }`. */
  scriptJson(text: string): void {
    this.queue.addJson(text);
  }

  /** Lets every answer that holds go on. */
  release(): void {
    this.gate.release();
  }

  /** Forgets the requests and the queue. Answers in progress go on. */
  reset(): void {
    this.log.clear();
    this.queue.clear();
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
    const { method = '', url = '', headers } = request;
    const [path = '', query = ''] = url.split('?', 2);
    const endpoint = this.findEndpoint(method, path);
    const head = new Call(method, path, new URLSearchParams(query), headers, Buffer.alloc(0));
    if (method === 'GET' && path.endsWith('/models')) return sendModels(head, response);
    const record = this.log.open(request);
    const performer = new StepPerformer(response, record, this.gate, this.clock);
    const refuse = (status: number, message: string): Promise<void> => {
      const vendor = endpoint === undefined ? OPENAI_VENDOR : vendorOf(endpoint);
      return performer.perform(refusalSteps(vendor, new Complaint(status, message)));
    };
    const body = await readBody(request);
    if (body === 'unfinished') return record.finish('client-closed');
    if (body === 'too-large') return refuse(413, `The limit is ${REQUEST_BODY_BYTES_MAX} bytes.`);
    this.log.addBody(record, body);
    if (endpoint === undefined) return refuse(404, `There is no ${method} ${path}.`);
    const call = new Call(method, path, head.query, headers, body);
    const complaint = this.credentialComplaint(call, endpoint);
    if (complaint !== undefined) return performer.perform(refusalSteps(vendorOf(endpoint), complaint));
    const choice = this.chooseBehaviour(call, endpoint);
    if (typeof choice === 'string') return refuse(404, choice);
    record.behaviour = choice;
    return performer.perform(behaviourSteps(choice, endpoint, call, this.usage));
  }

  private credentialComplaint(call: Call, endpoint: Endpoint): Complaint | undefined {
    if (this.key === undefined) return undefined;
    return vendorOf(endpoint).credentialComplaint(call, this.key === true ? undefined : this.key);
  }

  /** A behaviour, or why there is none. */
  private chooseBehaviour(call: Call, endpoint: Endpoint): Behaviour | string {
    const model = endpoint.kind === 'model' ? endpoint.wire.question(call).model : endpoint.model(call);
    const queued = this.queue.take(call.path, model);
    if (queued !== undefined) return queued;
    const named = call.header(BEHAVIOUR_HEADER);
    try {
      return named === undefined ? behaviourOfModel(model) : readBehaviour(named);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

function sendModels(call: Call, response: ServerResponse): void {
  const names = BEHAVIOUR_NAMES.map((name) => MODEL_PREFIX + name);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(modelListOf(call, names)));
}
