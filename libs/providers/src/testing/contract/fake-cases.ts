import { UNKNOWN_CAPABILITIES } from '../../capabilities/model-capabilities.js';
import { AnswerCollector } from '../../hub/answer-collector.js';
import { Losses } from '../../hub/losses.js';
import { declaredCapabilities } from '../../plugins/declared-models.js';
import type { ProviderCodec } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { ProviderCredential } from '../../spec/provider-adapter.js';
import { contentOf } from './answer-gist.js';
import { contractCase, ensure, ensureSame, type ContractCase } from './contract-case.js';
import { codecOf, isTranslatedInto } from './contract-codecs.js';
import type { AdapterContractOptions } from './contract-options.js';
import { eventsOfFrames, framesOf } from './stream-frames.js';

const ANSWER_MS_MAX = 10_000;

/** Calls to a server that stands in for the vendor, made as the gateway makes them. */
export function fakeCases(options: AdapterContractOptions): readonly ContractCase[] {
  const { startFake } = options;
  if (startFake === undefined) return [];
  return [
    contractCase('the vendor’s stand-in answers each model, plain and streamed alike', async () => {
      const fake = await startFake();
      try {
        for (const credential of options.credentials) {
          for (const model of options.models) await asksTwice(options, { ...credential, baseUrl: fake.baseUrl }, model);
        }
      } finally {
        await fake.close();
      }
    }),
  ];
}

async function asksTwice(
  options: AdapterContractOptions,
  credential: ProviderCredential,
  model: string,
): Promise<void> {
  const dialect = options.adapter.dialects(credential, model).find(isTranslatedInto);
  const codec = dialect === undefined ? undefined : codecOf(options, dialect);
  if (codec === undefined) return;
  const [plain, streamed] = [
    await ask(options, codec, credential, model, false),
    await ask(options, codec, credential, model, true),
  ];
  ensureSame(contentOf(streamed.parts), contentOf(plain.parts), `the streamed answer of "${model}"`);
  ensureSame(streamed.finish.reason, plain.finish.reason, `why the stream of "${model}" ended`);
}

async function ask(
  { adapter }: AdapterContractOptions,
  codec: ProviderCodec,
  credential: ProviderCredential,
  model: string,
  streams: boolean,
): Promise<ModelAnswer> {
  const capabilities = declaredCapabilities(adapter, model) ?? UNKNOWN_CAPABILITIES;
  const context = { model, stateFamily: adapter.stateFamily(model), capabilities, losses: new Losses() };
  const messages = [{ role: 'user' as const, parts: [{ kind: 'text' as const, text: 'How warm is it in Nice?' }] }];
  const request = { streams, messages, tools: [], parameters: { maxOutputTokens: 256 }, unknownNames: [] };
  const written = Buffer.from(JSON.stringify(codec.writeRequest(request, context)));
  const unsigned = { operation: 'generate' as const, dialect: codec.dialect, model, streams, body: written };
  const body = adapter.prepareBody?.(credential, unsigned) ?? written;
  const target = await adapter.target(credential, { ...unsigned, body });
  ensure(!('refusal' in target), `the call is refused: ${'refusal' in target ? target.refusal : ''}`);
  const response = await fetch(target.origin + target.path, {
    method: target.method,
    headers: { 'content-type': 'application/json', ...target.headers },
    body,
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  ensure(response.ok, `the stand-in answers ${response.status}: ${bytes.toString('utf8').slice(0, 300)}`);
  return streams ? readStream(codec, bytes) : codec.readAnswer(JSON.parse(bytes.toString('utf8')) as JsonObject);
}

function readStream(codec: ProviderCodec, bytes: Buffer): ModelAnswer {
  const collector = new AnswerCollector();
  for (const event of eventsOfFrames(codec.createStreamReader(), framesOf([bytes]))) collector.push(event);
  const { answer } = collector;
  ensure(answer !== undefined, 'the stream gives no finished answer');
  return answer;
}
