import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openAiChatProvider } from '../../dialects/openai-chat/index.js';
import type { ProviderCodec, StreamReader } from '../../spec/codec.js';
import type { Dialect } from '../../spec/dialect.js';
import type { ModelEvent } from '../../spec/model-event.js';
import { ProviderAdapter, type CredentialRules, type UpstreamTarget } from '../../spec/provider-adapter.js';
import { adapterContract } from './adapter-contract.js';
import { ContractViolation } from './contract-case.js';
import type { AdapterContractOptions } from './contract-options.js';
import { RECORDED_ANSWERS } from './testing/recorded-answers.js';

const KEY = 'acme-secret-0123456789';
const TARGET: UpstreamTarget = {
  origin: 'https://api.acme.example',
  path: '/chat',
  method: 'POST',
  headers: { authorization: `Bearer ${KEY}` },
};

/** A codec of a dialect of one's own that is right, because it is OpenAI's under another name. */
const codec: ProviderCodec = { ...openAiChatProvider, dialect: 'x-acme' };

class AcmeAdapter extends ProviderAdapter {
  override readonly families: readonly string[] = ['acme'];
  override readonly codecs: readonly ProviderCodec[] = [codec];

  override credentialRules(): CredentialRules {
    return { schema: z.strictObject({ api_key: z.string().regex(/^[\x21-\x7e]+$/) }), baseUrl: 'optional' };
  }

  override dialects(): readonly Dialect[] {
    return ['x-acme'];
  }

  override target(): UpstreamTarget {
    return TARGET;
  }
}

const ANSWERS = RECORDED_ANSWERS.filter(({ dialect }) => dialect === 'openai-chat').map((answer) => ({
  ...answer,
  dialect: 'x-acme' as const,
}));

/** Of the guarantees that are meant, those that do not hold for an Acme adapter with these members. */
async function brokenBy(
  members: object,
  more: Partial<AdapterContractOptions> = {},
  meant = /./,
): Promise<readonly string[]> {
  const adapter = Object.assign(new AcmeAdapter(), members);
  const credential = { id: 'mp_1', family: 'acme', credentials: { api_key: KEY }, baseUrl: null, deploymentMap: {} };
  const broken: string[] = [];
  const cases = adapterContract({ adapter, credentials: [credential], models: ['large'], answers: ANSWERS, ...more });
  for (const { name, run } of cases.filter(({ name }) => meant.test(name))) {
    await run().catch((error: unknown) => {
      expect(error).toBeInstanceOf(ContractViolation);
      broken.push(name);
    });
  }
  return broken;
}

const withCodec = (change: Partial<ProviderCodec>): object => ({ codecs: [{ ...codec, ...change }] });
const withTarget = (change: Partial<UpstreamTarget>): object => ({ target: () => ({ ...TARGET, ...change }) });
const withSchema = (schema: z.ZodType): object => ({
  credentialRules: () => ({ schema, baseUrl: 'optional' }),
});
/** A reader that sees to what OpenAI's reader says. */
const withReader = (change: (events: readonly ModelEvent[]) => readonly ModelEvent[]): object =>
  withCodec({
    createStreamReader: (): StreamReader => {
      const reader = openAiChatProvider.createStreamReader();
      return { read: (frame) => change(reader.read(frame)), end: () => change(reader.end()) };
    },
  });
let calls = 0;
const SECRET_MESSAGE = z.strictObject({
  api_key: z.string(),
  surplus: z
    .string()
    .refine(() => false, { error: ({ input }) => `"${String(input)}" is not taken` })
    .optional(),
});

describe('the contract', () => {
  it('holds for an adapter that is right', async () => {
    expect(await brokenBy({})).toEqual([]);
  });

  it('needs a credential and a model to be tried with', async () => {
    expect(await brokenBy({}, { credentials: [] })).not.toEqual([]);
    expect(await brokenBy({}, { models: [] })).not.toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ['has no family', { families: [] }, /has everything/],
    ['has a family that is no slug', { families: ['Acme'] }, /families are well-formed/],
    ['refuses its own sample', withSchema(z.strictObject({ token: z.string() })), /accepts the sample/],
    ['takes an empty credential', withSchema(z.looseObject({})), /refuses an empty object/],
    ['repeats what it refuses', withSchema(SECRET_MESSAGE), /never repeats/],
    ['serves nothing', { dialects: () => [] }, /every model is served/],
    ['has no codec for its dialect', { codecs: [] }, /every model is served/],
    ['changes where it calls', { target: () => ({ ...TARGET, path: `/${(calls += 1)}` }) }, /same call goes/],
    ['calls no origin', withTarget({ origin: 'https://api.acme.example/v1' }), /the origin is/],
    ['calls another protocol', withTarget({ origin: 'ftp://api.acme.example' }), /the origin is/],
    ['calls no path', withTarget({ path: 'chat' }), /path begins with a slash/],
    ['writes header names in capitals', withTarget({ headers: { Authorization: 'x' } }), /header names/],
    ['sends a header that cannot be sent', withTarget({ headers: { authorization: 'a\r\nb' } }), /header names/],
    ['has its key in the path', withTarget({ path: `/chat?key=${KEY}` }), /no secret stands/],
    [
      'tells its key in a refusal',
      {
        target: ({ baseUrl, credentials }: { baseUrl: string | null; credentials: { api_key?: string } }) =>
          baseUrl === null ? TARGET : { refusal: `no such place for ${String(credentials.api_key)}` },
      },
      /without a secret/,
    ],
    ['forgets what it was asked', withCodec({ writeRequest: () => ({ messages: [] }) }), /text is carried/],
    [
      'refuses by an error of another kind',
      withCodec({
        writeRequest: () => {
          throw new TypeError('no');
        },
      }),
      /an image is carried/,
    ],
    [
      'takes anything for an answer',
      withCodec({ readAnswer: () => ({ parts: [], finish: { reason: 'stop' }, usage: undefined }) }),
      /no answer is refused/,
    ],
    [
      'throws at strange answers',
      withCodec({
        readAnswer: (body) => {
          if (!Array.isArray(body['choices'])) throw new TypeError('choices');
          return openAiChatProvider.readAnswer(body);
        },
      }),
      /no answer is refused/,
    ],
    [
      'throws at strange errors',
      withCodec({
        readError: (status, body) => ({ kind: 'server', status, message: JSON.parse(body.toString()).error }),
      }),
      /an error is read/,
    ],
    [
      'loses text of a stream',
      withReader((events) => events.filter(({ kind }) => kind !== 'text-delta')),
      /same answer/,
    ],
    [
      'never starts a part',
      withReader((events) => events.filter(({ kind }) => kind !== 'text-start')),
      /events follow the rules/,
    ],
    [
      'counts tokens twice',
      withReader((events) =>
        events.map((event) =>
          event.kind === 'usage' ? { ...event, usage: { ...event.usage, inputTokens: 30 } } : event,
        ),
      ),
      /no token is counted twice/,
    ],
    [
      'counts less than nothing',
      withReader((events) =>
        events.map((event) =>
          event.kind === 'usage' ? { ...event, usage: { ...event.usage, inputTokens: -1 } } : event,
        ),
      ),
      /none is negative/,
    ],
    [
      'finishes what was cut',
      withReader((events) => (events.length > 0 ? events : [{ kind: 'finish', finish: { reason: 'stop' } }])),
      /a stream that was cut/,
    ],
    [
      'depends on more than the frames',
      withReader((events) =>
        events.map((event) => (event.kind === 'answer-start' ? { ...event, id: `${(calls += 1)}` } : event)),
      ),
      /however its stream is cut/,
    ],
    [
      'throws at strange frames',
      withCodec({
        createStreamReader: () => ({
          read: ({ data }) => {
            JSON.parse(data === '[DONE]' ? '{}' : data);
            return [];
          },
          end: () => [],
        }),
      }),
      /whatever comes/,
    ],
  ])('is broken by an adapter that %s', async (_what, members, guarantee) => {
    expect(await brokenBy(members, {}, guarantee)).not.toEqual([]);
  });

  it('compares written requests with recorded ones', async () => {
    const [message] = ['Hello'];
    const request = {
      streams: false,
      messages: [{ role: 'user' as const, parts: [{ kind: 'text' as const, text: message }] }],
      tools: [],
      parameters: {},
      unknownNames: [],
    };
    const recorded = { name: 'a greeting', dialect: 'x-acme' as const, model: 'large', request };
    const body = { model: 'large', messages: [{ content: message, role: 'user' }] };
    expect(await brokenBy({}, { requests: [{ ...recorded, body }] })).toEqual([]);
    expect(await brokenBy({}, { requests: [{ ...recorded, body: { ...body, model: 'small' } }] })).toEqual([
      'x-acme: a greeting is written as recorded',
    ]);
  });
});
