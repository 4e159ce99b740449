import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { answerTo, type AcmeAnswer } from './acme-model.js';
import { acmeRequestSchema } from './acme-request.js';

/** A running stand-in for Acme. */
export interface RunningAcme {
  /** Scheme, host and port. */
  readonly url: string;
  close(): Promise<void>;
}

const KEY_CHARACTERS_MIN = 8;
const TEXT_PIECE_CHARACTERS = 7;

/** Starts Acme's API on loopback, with a model that always says the same. Port 0 takes any free one. */
export async function startAcme(port = 0): Promise<RunningAcme> {
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${address.port}`, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  if (request.method !== 'POST' || request.url !== '/v2/dialogue') return refuse(response, 404, 'no_such_place');
  const key = request.headers['x-acme-key'];
  if (typeof key !== 'string' || key.length < KEY_CHARACTERS_MIN) return refuse(response, 401, 'bad_key');
  const read = acmeRequestSchema.safeParse(parse(body));
  if (!read.success) return refuse(response, 422, 'not_understood', z.prettifyError(read.error));
  if (JSON.stringify(read.data.turns).includes('no credit')) return refuse(response, 402, 'no_credit');
  const answer = answerTo(read.data);
  if (!read.data.live) return send(response, 200, answer);
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(streamOf(answer));
}

function refuse(response: ServerResponse, status: number, code: string, words = `Acme says no: ${code}.`): void {
  send(response, status, { trouble: { code, text: words } });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function streamOf({ dialogue, engine, reply, ended, meter }: AcmeAnswer): string {
  const events: (readonly [event: string, data: object])[] = [['begin', { dialogue, engine }]];
  for (const piece of reply) {
    if ('say' in piece) events.push(...cut(piece.say).map((part) => ['say', { text: part }] as const));
    else {
      const { ticket, title, input } = piece.invoke;
      events.push(['invoke', { ticket, title }]);
      events.push(...cut(JSON.stringify(input)).map((part) => ['invoke-part', { ticket, text: part }] as const));
    }
  }
  events.push(['end', { ended, meter }]);
  return events.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('');
}

function cut(words: string): readonly string[] {
  return words.match(new RegExp(`[^]{1,${TEXT_PIECE_CHARACTERS}}`, 'g')) ?? [];
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
