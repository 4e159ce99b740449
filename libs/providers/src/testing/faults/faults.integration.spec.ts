import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseObject } from '../../json/read-json.js';
import { FakeUpstream } from '../fake-upstream.js';
import { FIXED_SENTENCE } from '../model/scripted-model.js';
import type { WireName } from '../wires/wire.js';
import { ESCAPED_CITY } from './answer-changes.js';
import { ASKERS, askWire, piecesIn, WIRE_NAMES } from './ask-wire.js';
import {
  ANSWER_FAULT_NAMES,
  FAULT_NAMES,
  FAULTS,
  momentOf,
  type AnswerFaultName,
  type FaultMoment,
} from './fault-catalogue.js';
import { unreachableOrigin } from './unreachable-origins.js';

let upstream: FakeUpstream;

beforeAll(async () => {
  upstream = await FakeUpstream.start();
});

afterEach(() => upstream.reset());
afterAll(() => upstream.stop());

/** What a client got. */
interface Got {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly end: 'clean' | 'cut';
}

/** How long a client listens for what may have been said before the silence. Milliseconds. */
const LISTENS_MS = 50;

interface AskOptions {
  readonly offersTool?: boolean;
  readonly text?: string;
  /** Sees what came before a silence; true when it is enough. Then the answer goes on. */
  readonly atHold?: (bytes: Buffer) => boolean;
}

/** Asks, and lets go on what goes silent. */
async function ask(wire: WireName, fault: AnswerFaultName, streams: boolean, options: AskOptions = {}): Promise<Got> {
  const parts: Buffer[] = [];
  const releaseOnce = async (): Promise<void> => {
    const [request] = await upstream.waitFor(([one]) => one !== undefined && (one.holding || one.end !== 'open'));
    if (request?.holding !== true) return;
    const until = performance.now() + LISTENS_MS;
    while (options.atHold?.(Buffer.concat(parts)) === false && performance.now() < until) await setImmediate();
    upstream.release();
  };
  void releaseOnce();
  let response: Response;
  try {
    response = await askWire(upstream.url, wire, `model-fault-${fault}`, { streams, ...options });
  } catch {
    return { status: 0, headers: new Headers(), bytes: Buffer.alloc(0), end: 'cut' };
  }
  let end: Got['end'] = 'clean';
  try {
    for await (const part of response.body ?? []) parts.push(Buffer.from(part));
  } catch {
    end = 'cut';
  }
  return { status: response.status, headers: response.headers, bytes: Buffer.concat(parts), end };
}

function saidIn(wire: WireName, streams: boolean, bytes: Buffer): string {
  if (streams) return piecesIn(wire, bytes).join('');
  return String(ASKERS[wire].text(parseObject(bytes.toString('utf8')) ?? {}) ?? '');
}

const faultsOf = (streams: boolean): AnswerFaultName[] =>
  ANSWER_FAULT_NAMES.filter((name) => {
    const { answers } = FAULTS[name];
    // It is as large as its name says, so it has a test of its own.
    return name !== 'oversized-answer' && (answers === 'both' || (answers === 'stream') === streams);
  });

/** What must hold for an answer to be of a moment; `heard` is what was said when the silence fell. */
function expectMoment(moment: FaultMoment, said: string, got: Got, heard: string | undefined): void {
  switch (moment) {
    case 'before-content':
      return expect(heard ?? said).toBe('');
    case 'after-content':
      expect(FIXED_SENTENCE.startsWith(heard ?? said)).toBe(true);
      return expect((heard ?? said) === FIXED_SENTENCE && got.end === 'clean' && heard === undefined).toBe(false);
    default:
      expect(got.end).toBe('clean');
      return expect(said.replaceAll(/[\uFFFD(]/g, '')).toBe(FIXED_SENTENCE);
  }
}

describe.each(WIRE_NAMES)('%s', (wire) => {
  it.each(faultsOf(true))('a stream that commits %s does so when the catalogue says', async (fault) => {
    let heard: string | undefined;
    const got = await ask(wire, fault, true, {
      atHold: (bytes) => (heard = saidIn(wire, true, bytes)) !== '',
    });
    const said = saidIn(wire, true, got.bytes);
    if (fault === 'missing-done') expect(said).toBe(FIXED_SENTENCE);
    else expectMoment(momentOf(fault, wire, true), said, got, heard);
    if (momentOf(fault, wire, true) === 'after-content') expect(said).not.toBe('');
    if (heard !== undefined) expect(said).toBe(FIXED_SENTENCE);
  });

  it.each(faultsOf(false))('a plain answer that commits %s does so when the catalogue says', async (fault) => {
    let heard: Buffer | undefined;
    const got = await ask(wire, fault, false, { atHold: (bytes) => (heard = bytes).length > 0 });
    const said = saidIn(wire, false, got.bytes);
    if (heard === undefined) return expectMoment(momentOf(fault, wire, false), said, got, undefined);
    expect(said).toBe(FIXED_SENTENCE);
    expect(heard.length > 0).toBe(FAULTS[fault].moment === 'after-content');
  });

  it('refuses in its own shape, with Retry-After only where the fault says so', async () => {
    const plain = await ask(wire, 'status-429', false);
    const patient = await ask(wire, 'status-429-retry-after', true);
    expect([plain.status, patient.status]).toEqual([429, 429]);
    expect([plain.headers.get('retry-after'), patient.headers.get('retry-after')]).toEqual([null, '2']);
    const body: unknown = JSON.parse(plain.bytes.toString('utf8'));
    expect(body).toMatchObject(wire === 'bedrock-converse' ? { message: expect.any(String) } : { error: {} });
    const tooLong = await ask(wire, 'context-length-error', true);
    expect([tooLong.status, tooLong.bytes.toString('utf8')]).toEqual([
      400,
      expect.stringMatching(/context_length_exceeded|prompt is too long|exceeds the maximum number|Input is too long/),
    ]);
  });

  it('gives plain answers to faults of streams, and streams to faults of plain answers', async () => {
    expect(saidIn(wire, false, (await ask(wire, 'missing-done', false)).bytes)).toBe(FIXED_SENTENCE);
    expect(saidIn(wire, true, (await ask(wire, 'truncated-json', true)).bytes)).toBe(FIXED_SENTENCE);
  });
});

describe('the bytes of strange streams', () => {
  const textOf = async (fault: AnswerFaultName, wire: WireName = 'openai-chat'): Promise<string> =>
    (await ask(wire, fault, true)).bytes.toString('utf8');

  it('have what their names say', async () => {
    expect(await textOf('crlf-framing')).toMatch(/\r\n\r\n$/);
    expect(await textOf('keep-alive-comments')).toContain('\n\n: keep-alive\n\ndata: ');
    expect(await textOf('final-event-without-blank-line')).toMatch(/data: \[DONE\]$/);
    expect(await textOf('missing-done')).not.toContain('[DONE]');
    expect(await textOf('duplicate-terminal-event')).toMatch(/\[DONE\]\n\ndata: \[DONE\]\n\n$/);
    expect(await textOf('empty-deltas')).toContain('"delta":{"content":""}');
    expect(await textOf('unknown-events')).toContain('event: vendor.telemetry\n');
    expect(await textOf('error-event-first', 'anthropic-messages')).toMatch(/^event: error\n/);
    expect((await textOf('usage-in-two-places')).match(/"usage":\{/g)?.length).toBeGreaterThan(2);
  });

  it('hold bytes that are no UTF-8, and an event that is no JSON', async () => {
    const { bytes } = await ask('openai-chat', 'invalid-utf8', true);
    expect(bytes.includes(Buffer.from([0xff, 0xc3, 0x28]))).toBe(true);
    const broken = (await textOf('invalid-json-event')).split('\n\n').filter((event) => {
      return event.startsWith('data: {') && parseObject(event.slice('data: '.length)) === undefined;
    });
    expect(broken).toHaveLength(1);
  });

  it('come one byte at a time', async () => {
    const request = httpRequest(`${upstream.url}/v1/chat/completions`, { method: 'POST' });
    request.end(JSON.stringify(ASKERS['openai-chat'].body('fault-slow-drip', true, 'Hello')));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const sizes = new Set<number>();
    // As node:http sees it: every chunk of the transfer coding is its own event.
    response.on('data', (part: Buffer) => sizes.add(part.length));
    await once(response, 'end');
    expect(sizes).toEqual(new Set([1]));
  });

  it.each(WIRE_NAMES.filter((wire) => ASKERS[wire].tools !== undefined))(
    'cut arguments of tools within escapes that join to JSON: %s',
    async (wire) => {
      const got = await ask(wire, 'tool-arguments-mid-escape', true, { offersTool: true, text: 'weather' });
      const pieces = piecesIn(wire, got.bytes).filter((piece) => piece !== '');
      expect(JSON.parse(pieces.join(''))).toEqual({ city: ESCAPED_CITY });
      // Google gives calls whole.
      if (wire === 'gemini') return;
      const cuts = pieces.slice(0, -1).map((piece) => /\\$|\\u[0-9a-f]{2}$/.test(piece));
      expect(new Set(cuts)).toEqual(new Set([true]));
      expect(pieces.some((piece) => piece.endsWith('\\'))).toBe(true);
    },
  );

  it.each(WIRE_NAMES)('finish by filter: %s', async (wire) => {
    const finishes = /content_filter|refusal|SAFETY/;
    for (const streams of [true, false]) {
      const { bytes } = await ask(wire, 'content-filter-finish', streams);
      expect(bytes.toString('latin1')).toMatch(finishes);
    }
  });

  it('are larger than what the gateway takes', async () => {
    const plain = await ask('openai-chat', 'oversized-answer', false);
    expect(plain.bytes.length).toBeGreaterThan(64 * 1024 * 1024);
    const event = await ask('bedrock-converse', 'oversized-answer', true);
    expect(event.bytes.length).toBeGreaterThan(16 * 1024 * 1024);
  });
});

describe('faults of other operations', () => {
  const embed = (fault: string): Promise<Response> =>
    fetch(`${upstream.url}/v1/embeddings`, {
      method: 'POST',
      body: JSON.stringify({ model: `model-fault-${fault}`, input: 'a' }),
    });

  it('befall embeddings too', async () => {
    expect((await embed('status-503')).status).toBe(503);
    expect(await (await embed('empty-choices')).json()).toMatchObject({ data: [] });
    await expect((await embed('truncated-json')).json()).rejects.toThrow(SyntaxError);
    await expect(embed('reset-before-headers')).rejects.toThrow('fetch failed');
  });
});

describe('addresses at which nobody is reached', () => {
  it.each(FAULT_NAMES.filter((name) => 'lies' in FAULTS[name]))('%s', async (fault) => {
    if (fault !== 'connection-refused' && fault !== 'tls-failure' && fault !== 'dns-failure') throw new Error(fault);
    const origin = await unreachableOrigin(fault, upstream.url);
    const codes = {
      'connection-refused': 'ECONNREFUSED',
      'tls-failure': /SSL|EPROTO/,
      'dns-failure': /ENOTFOUND|EAI_AGAIN/,
    };
    const problem = await askWire(origin, 'openai-chat', 'm', { streams: false }).catch((error: Error) => error.cause);
    expect(problem).toMatchObject({ code: expect.stringMatching(codes[fault]) });
    expect(upstream.requests()).toEqual([]);
  });
});

describe('a client that leaves', () => {
  it.each(['hang-before-headers', 'hang-before-first-token', 'stall-mid-stream'] as const)(
    'is noticed, and when: %s',
    async (fault) => {
      const leaves = new AbortController();
      const { signal } = leaves;
      const answer = askWire(upstream.url, 'anthropic-messages', `fault-${fault}`, { streams: true, signal })
        .then((response) => response.text())
        .catch((error: Error) => error.name);
      await upstream.waitFor(([request]) => request?.holding === true);
      const leftAtMs = Date.now();
      leaves.abort();
      expect(await answer).toBe('AbortError');
      const [request] = await upstream.waitFor(([one]) => one?.end === 'client-closed');
      expect(request?.clientClosedAtMs).toBeGreaterThanOrEqual(leftAtMs);
      expect(request?.clientClosedAtMs).toBeLessThan(leftAtMs + 1000);
    },
  );

  it('is not said of one who got everything', async () => {
    await (await askWire(upstream.url, 'gemini', 'm', { streams: true })).text();
    const [request] = await upstream.waitFor(([one]) => one?.end === 'answered');
    expect(request?.clientClosedAtMs).toBeUndefined();
  });
});

describe('the choice of a fault', () => {
  it('refuses a fault that does not exist, and one that no answer can commit', async () => {
    for (const fault of ['nonsense', 'dns-failure']) {
      const response = await askWire(upstream.url, 'gemini', `m-fault-${fault}`, { streams: false });
      expect([response.status, await response.text()]).toEqual([
        404,
        expect.stringContaining(`no fault \\"${fault}\\"`),
      ]);
    }
  });

  it('commits none on a request that the vendor would refuse', async () => {
    const response = await fetch(`${upstream.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'fault-hang-before-headers', messages: [], x: 1 }),
    });
    expect(response.status).toBe(400);
  });

  it('takes scripts for one path and one model', async () => {
    upstream.scriptWhen({ path: '/v1/messages' }, 'fault-status-529');
    upstream.scriptWhen({ model: 'b' }, { kind: 'scripted', fault: 'status-503' });
    const status = async (wire: WireName, model: string): Promise<number> =>
      (await askWire(upstream.url, wire, model, { streams: false })).status;
    expect(await status('openai-chat', 'a')).toBe(200);
    expect(await status('openai-chat', 'b')).toBe(503);
    expect(await status('anthropic-messages', 'a')).toBe(529);
    expect(await status('anthropic-messages', 'a')).toBe(200);
    const script = [{ when: { model: 'c' }, behaviour: 'fault-status-500' }];
    await fetch(`${upstream.url}/__fake/script`, { method: 'POST', body: JSON.stringify(script) });
    expect([await status('gemini', 'a'), await status('gemini', 'c')]).toEqual([200, 500]);
  });
});
