import { verifyRequest } from '#gateway-protocol';
import { SeededRandom } from '#kernel';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FirstOutcomeReceiver } from './testing/first-outcome-receiver.js';
import { scratch } from './testing/spend-fixtures.js';

const SECRET = 'shared-test-secret-32byteslong!!';
const KILLS = 6;
const PROCESS = fileURLToPath(new URL('./testing/serving-process.ts', import.meta.url));
/** Sources name each other by their compiled names; this lets a bare Node find them. */
const RESOLVE_SOURCES = `import { registerHooks } from 'node:module';
registerHooks({ resolve: (specifier, context, next) =>
  next(specifier.startsWith('.') && context.parentURL?.endsWith('.ts') ? specifier.replace(/\\.js$/, '.ts') : specifier, context) });`;
const NODE_OPTIONS = [
  '--experimental-transform-types',
  '--disable-warning=ExperimentalWarning',
  '--conditions=gateway-source',
];

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A control plane that books batches, but answers some with an error, and drops others before or after booking them. */
async function unreliableControlPlane(receiver: FirstOutcomeReceiver): Promise<string> {
  const random = new SeededRandom(11);
  const server = createServer((request, response) => {
    void readBody(request).then((body) => answer(request, response, body));
  });
  const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const { method = '', url = '', headers } = request;
    const signature = String(headers['x-langwatch-gateway-signature']);
    const timestamp = String(headers['x-langwatch-gateway-timestamp']);
    const received = { method, path: url, body, signature, timestamp };
    if (verifyRequest(received, [SECRET], Number(timestamp)) !== undefined) return void response.writeHead(401).end();
    const fate = random.next();
    if (fate < 0.04) return void response.writeHead(503).end();
    if (fate < 0.08) return void response.destroy();
    const { records } = z.object({ records: z.array(z.unknown()).max(500) }).parse(JSON.parse(body));
    receiver.take(records.map((record) => JSON.stringify(record)));
    if (fate < 0.12) return void response.destroy();
    response.end(JSON.stringify({ accepted: records.length, rejected: [] }));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** Runs a journaling process and hands over each line it says; it is killed once `linesMax` were said. */
async function run(args: readonly string[], linesMax: number, onLine: (line: string) => void): Promise<void> {
  const loader = `data:text/javascript,${encodeURIComponent(RESOLVE_SOURCES)}`;
  const child = spawn(process.execPath, [...NODE_OPTIONS, '--import', loader, PROCESS, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  const closed = once(child, 'close');
  cleanups.push(() => void child.kill('SIGKILL'));
  let said = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    onLine(line);
    said += 1;
    if (said === linesMax) child.kill('SIGKILL');
  }
  await closed;
  expect(complaints.join('')).toBe('');
}

describe('a gateway that is killed again and again', () => {
  it('loses no request that it admitted, and reports each with exactly one outcome', async () => {
    const folder = scratch();
    cleanups.push(folder.remove);
    const receiver = new FirstOutcomeReceiver();
    const controlPlane = await unreliableControlPlane(receiver);
    const random = new SeededRandom(5);
    const admitted: string[] = [];
    const finished: string[] = [];
    const note = (line: string): void => {
      const [what, id = ''] = line.split(' ');
      if (what === 'admit') admitted.push(id);
      else if (what === 'outcome') finished.push(id);
    };
    for (let generation = 0; generation < KILLS; generation += 1) {
      const linesMax = 1 + Math.floor(random.next() ** 2 * 1_000);
      await run(['serve', `g${generation}`, folder.path, controlPlane, SECRET], linesMax, note);
    }
    const lastWords: string[] = [];
    await run(['finish', 'end', folder.path, controlPlane, SECRET], Infinity, (line) => lastWords.push(line));

    expect(lastWords).toEqual(['closed 0 0 0']);
    expect(admitted.length).toBeGreaterThan(KILLS);
    expect(admitted.filter((id) => !receiver.admits.has(id))).toEqual([]);
    expect([...receiver.admits].filter((id) => !receiver.outcomes.has(id))).toEqual([]);
    expect(finished.filter((id) => receiver.outcomeOf(id) !== 'confirmSpend')).toEqual([]);
    expect(receiver.doubled).toEqual([]);
    const recovered = [...receiver.admits].filter((id) => receiver.outcomeOf(id) === 'gateway_restarted');
    expect(recovered.length, 'the kills came in the middle of something').toBeGreaterThan(0);
    const numbers = [...receiver.bySequence.keys()].sort((left, right) => left - right);
    expect(numbers, 'no number is missing').toEqual(Array.from({ length: numbers.length }, (_, index) => index));
  }, 180_000);
});
