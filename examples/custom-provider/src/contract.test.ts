import { test } from 'node:test';
import { adapterContract, type AnswerFixture } from 'ai-gateway-providers/testing';
import { AcmeAdapter } from './acme.adapter.js';
import { startAcme } from './server/acme-server.js';

const meter = { fresh_in: 12, cached_in: 4, out: 7 };

/** An answer as Acme gives it, plain and streamed. Record one of each kind that your vendor gives. */
const invoking: AnswerFixture = {
  name: 'words and an invocation',
  dialect: 'x-acme',
  tokensInAll: 23,
  answer: {
    dialogue: 'dlg_7',
    engine: 'acme-large',
    reply: [{ say: 'One moment, ümlaut.' }, { invoke: { ticket: 't1', title: 'weather', input: { city: 'Nice' } } }],
    ended: 'invokes',
    meter,
  },
  stream: [
    'event: begin\ndata: {"dialogue":"dlg_7","engine":"acme-large"}\n\n',
    ': still there\n\n',
    'event: say\ndata: {"text":"One moment, "}\n\n',
    'event: say\ndata: {"text":"ümlaut."}\n\n',
    'event: invoke\ndata: {"ticket":"t1","title":"weather"}\n\n',
    'event: invoke-part\ndata: {"ticket":"t1","text":"{\\"city\\":"}\n\n',
    'event: invoke-part\ndata: {"ticket":"t1","text":"\\"Nice\\"}"}\n\n',
    `event: end\ndata: {"ended":"invokes","meter":${JSON.stringify(meter)}}\n\n`,
  ].join(''),
};

const cases = adapterContract({
  adapter: new AcmeAdapter(),
  credentials: [
    {
      id: 'mp_1',
      family: 'acme',
      credentials: { api_key: 'acme-key-0123456789', workspace: 'research' },
      baseUrl: null,
      deploymentMap: {},
    },
  ],
  models: ['acme-large', 'acme-mini'],
  answers: [invoking],
  startFake: async () => {
    const acme = await startAcme();
    return { baseUrl: acme.url, close: () => acme.close() };
  },
});

for (const { name, run } of cases) void test(name, run);
