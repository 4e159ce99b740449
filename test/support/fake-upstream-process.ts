import { z } from 'zod';
import type { BehaviourInput } from '../../libs/providers/src/testing/index.js';
import { ServerProcess } from './server-process.js';
import { DEADLINE_MS, until } from './until.js';

const portSchema = z.object({ port: z.int() });

const requestSchema = z.object({
  number: z.int(),
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  rawHeaders: z.array(z.string()),
  body: z.base64().transform((text) => Buffer.from(text, 'base64')),
  eventsSent: z.int(),
  holding: z.boolean(),
  end: z.enum(['open', 'answered', 'client-closed', 'cut']),
});

/** What the fake upstream saw of one request, as of the moment it was asked. */
export type UpstreamRequest = z.output<typeof requestSchema>;

/** The scripted provider of `libs/providers/src/testing`, in a process of its own. */
export class FakeUpstreamProcess {
  private constructor(
    private readonly process: ServerProcess,
    /** Its base URL, without a path. */
    readonly url: string,
  ) {}

  /** Starts it on a free port. */
  static async start(): Promise<FakeUpstreamProcess> {
    const process = ServerProcess.spawn({
      main: 'libs/providers/src/testing/fake-upstream.main.js',
      preload: 'apps/standalone/src/processes/exit-with-parent.js',
      environment: {},
    });
    const line = await until('the fake upstream listens', () => {
      if (process.hasEnded) throw new Error(`the fake upstream ended while it was starting:\n${process.output}`);
      return process.stdout.includes('\n') ? process.stdout : undefined;
    });
    return new FakeUpstreamProcess(process, `http://127.0.0.1:${portSchema.parse(JSON.parse(line)).port}`);
  }

  /** Queues behaviours; each serves one request, whatever its model is. */
  async script(...behaviours: readonly (string | BehaviourInput)[]): Promise<void> {
    await this.control('POST', 'script', behaviours);
  }

  /** Lets every answer that holds go on. */
  async release(): Promise<void> {
    await this.control('POST', 'release');
  }

  /** Forgets the requests and the queue. */
  async reset(): Promise<void> {
    await this.control('DELETE', 'requests');
  }

  /** What it was asked, oldest first. */
  async requests(): Promise<readonly UpstreamRequest[]> {
    return z.array(requestSchema).parse(await this.control('GET', 'requests'));
  }

  /** The only request since the last reset. */
  async onlyRequest(): Promise<UpstreamRequest> {
    const [request, ...others] = await this.requests();
    if (request === undefined || others.length > 0) {
      throw new Error(`the fake upstream saw ${request === undefined ? 0 : others.length + 1} requests, not one`);
    }
    return request;
  }

  /** Resolves with all requests once `condition` holds for them. */
  async waitFor(
    what: string,
    condition: (requests: readonly UpstreamRequest[]) => boolean,
    timeoutMs = DEADLINE_MS,
  ): Promise<readonly UpstreamRequest[]> {
    return until(
      `the fake upstream: ${what}`,
      async () => {
        const requests = await this.requests();
        return condition(requests) && requests;
      },
      timeoutMs,
    );
  }

  /** Ends it, with every answer that it is giving. */
  async dispose(): Promise<void> {
    await this.process.end('SIGKILL');
  }

  private async control(method: string, action: string, body?: unknown): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${this.url}/__fake/${action}`, init);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`the fake upstream refused ${action}: ${JSON.stringify(answer)}`);
    return answer;
  }
}
