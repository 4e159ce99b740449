import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stack } from '../support/stack.js';
import { until } from '../support/until.js';

const CLIENT_TRACE = '0af7651916cd43dd8448eb211c80319c';
const PROMPT = 'canary-of-the-prompt';

/** An OTLP collector as far as a test needs one: it keeps what is posted to it. */
class Collector {
  readonly posts: { readonly path: string; readonly bytes: Buffer }[] = [];
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.posts.push({ path: request.url ?? '', bytes: Buffer.concat(chunks) });
      response.setHeader('content-type', 'application/x-protobuf').end();
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Everything posted so far, as text in which protobuf strings and ids can be found. */
  get content(): string {
    return Buffer.concat(this.posts.map(({ bytes }) => bytes)).toString('latin1');
  }
}

const collector = new Collector();
let stack: Stack;
beforeAll(async () => {
  const endpoint = await collector.start();
  stack = await Stack.start({ gateway: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: '100' } });
});
afterAll(async () => {
  await stack?.dispose();
  collector.stop();
});

describe('traces', () => {
  it('go to the official endpoint: a span per request and one per attempt, in the client’s trace, without content', async () => {
    const { response } = await stack
      .openai()
      .chat.completions.create(
        { model: 'fake/plain', messages: [{ role: 'user', content: PROMPT }] },
        { headers: { traceparent: `00-${CLIENT_TRACE}-b7ad6b7169203331-01` } },
      )
      .withResponse();

    expect(response.headers.get('x-langwatch-trace-id')).toBe(CLIENT_TRACE);
    const requestSpan = response.headers.get('x-langwatch-span-id') ?? '';
    const upstream = await stack.upstream.onlyRequest();
    const sent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(String(upstream.headers['traceparent']));
    expect(sent?.[1], 'the provider is handed the same trace').toBe(CLIENT_TRACE);
    expect(sent?.[2], 'and the span of the attempt as its parent').not.toBe(requestSpan);

    const traceBytes = Buffer.from(CLIENT_TRACE, 'hex').toString('latin1');
    await until('both spans arrive', () => {
      const { content } = collector;
      const names = ['lw_gateway.chat_completions', 'lw_gateway.attempt'];
      return names.every((name) => content.includes(name)) && content.includes(traceBytes);
    });
    expect(new Set(collector.posts.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
    expect(collector.content).toContain('langwatch-service-aigateway');
    expect(collector.content).toContain(stack.key.id);
    expect(collector.content).not.toContain(PROMPT);
    expect(collector.content).not.toContain(stack.key.secret);
  });
});
