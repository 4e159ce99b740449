import { createServer, type ServerResponse } from 'node:http';
import { serveAsChild } from '../child-side.js';
import { BENCH_MODEL, STREAM_CHUNKS } from '../scenarios.js';

/**
 * The provider of the benchmark: as little work as node:http allows, so that the proxies are what is measured. All
 * answers are bytes made beforehand; a stream sends each event as a write of its own, as real providers do.
 */
const HEAD = { id: 'chatcmpl-bench', created: 1_700_000_000, model: BENCH_MODEL };
const WORDS = 'A reverse proxy takes requests for services and hands them on. ';

const answer = Buffer.from(
  JSON.stringify({
    ...HEAD,
    object: 'chat.completion',
    choices: [
      { index: 0, message: { role: 'assistant', content: WORDS.repeat(12), refusal: null }, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 160, completion_tokens: 156, total_tokens: 316 },
  }),
);

const events = [
  { delta: { role: 'assistant', content: '' }, finish_reason: null },
  ...Array.from({ length: STREAM_CHUNKS }, (_, index) => ({
    delta: { content: WORDS.slice(index, index + 12) },
    finish_reason: null,
  })),
  { delta: {}, finish_reason: 'stop' },
]
  .map((choice) => ({ ...HEAD, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }], usage: null }))
  .map((chunk) => eventOf(JSON.stringify(chunk)));
const usage = { prompt_tokens: 160, completion_tokens: STREAM_CHUNKS, total_tokens: 160 + STREAM_CHUNKS };
events.push(eventOf(JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', choices: [], usage })));
events.push(eventOf('[DONE]'));

const jsonHeaders = { 'content-type': 'application/json', 'content-length': String(answer.length) };
const sseHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };

await serveAsChild(
  createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
    let streams = false;
    request.on('data', (bytes: Buffer) => {
      streams ||= bytes.includes('"stream":true');
    });
    request.on('end', () => {
      if (streams) stream(response.writeHead(200, sseHeaders), 0);
      else response.writeHead(200, jsonHeaders).end(answer);
    });
  }),
);

/** One event per turn of the event loop, so that each is a write to the socket. */
function stream(response: ServerResponse, index: number): void {
  if (response.destroyed) return;
  const event = events[index];
  if (event === undefined) {
    response.end();
    return;
  }
  response.write(event);
  setImmediate(stream, response, index + 1);
}

function eventOf(data: string): Buffer {
  return Buffer.from(`data: ${data}\n\n`);
}
