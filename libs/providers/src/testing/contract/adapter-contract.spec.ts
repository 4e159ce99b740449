import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { AnthropicAdapter } from '../../anthropic/anthropic.adapter.js';
import { sampleCredential } from '../../adapters/testing/sample-call.js';
import { AzureOpenAiAdapter } from '../../azure/azure-openai.adapter.js';
import { BedrockAdapter } from '../../bedrock/bedrock.adapter.js';
import { GeminiApiAdapter } from '../../gemini-api/gemini-api.adapter.js';
import { OpenAiCompatibleAdapter } from '../../openai-compatible/openai-compatible.adapter.js';
import type { ProviderCredential } from '../../spec/provider-adapter.js';
import { VertexAdapter } from '../../vertex/vertex.adapter.js';
import { adapterContract } from './adapter-contract.js';
import type { AdapterContractOptions, AnswerFixture } from './contract-options.js';
import { RECORDED_ANSWERS } from './testing/recorded-answers.js';

const clock = new VirtualClock();
const token = () => Promise.resolve({ token: 'ya29.ambient', expiresAtMs: clock.now() + 3_600_000 });
const ofKey = (family: string, change: Partial<ProviderCredential> = {}): ProviderCredential =>
  sampleCredential({ family, credentials: { api_key: `key-of-${family}-0123456789` }, ...change });

const openAiCompatible = new OpenAiCompatibleAdapter();
const vendors = openAiCompatible.families.filter((family) => family !== 'voyage');

const CONTRACTS: readonly Omit<AdapterContractOptions, 'answers'>[] = [
  {
    adapter: openAiCompatible,
    credentials: vendors.map((family) => {
      const isServer = openAiCompatible.credentialRules(family).baseUrl === 'required';
      return ofKey(family, isServer ? { baseUrl: 'https://models.example/base' } : {});
    }),
    models: ['gpt-5', 'gpt-4o-mini', 'llama-3.3-70b'],
    keylessFamilies: ['custom', 'ollama', 'vllm', 'sglang'],
  },
  {
    adapter: new AnthropicAdapter(),
    credentials: [ofKey('anthropic')],
    models: ['claude-sonnet-4-5'],
    keylessFamilies: ['anthropic'],
  },
  {
    adapter: new AzureOpenAiAdapter({ clock }),
    credentials: [
      ofKey('azure', { credentials: { api_key: 'azure-0123456789', endpoint: 'https://acme.openai.azure.com' } }),
    ],
    models: ['gpt-5'],
  },
  { adapter: new GeminiApiAdapter(), credentials: [ofKey('gemini')], models: ['gemini-2.5-pro'] },
  {
    adapter: new VertexAdapter({ clock, ambientToken: token }),
    credentials: [ofKey('vertex', { credentials: { project_id: 'acme', region: 'europe-west1' } })],
    models: ['gemini-2.5-pro', 'claude-sonnet-4-5', 'meta/llama-4-maverick-maas'],
  },
  {
    adapter: new BedrockAdapter({
      clock,
      ambient: () => Promise.resolve({ accessKeyId: 'AMBIENT', secretAccessKey: 'ambient-secret' }),
    }),
    credentials: [
      ofKey('bedrock', {
        credentials: { access_key: 'AKIA0123456789', secret_key: 'sk-0123456789', region: 'eu-west-1' },
      }),
      ofKey('bedrock', { credentials: { api_key: 'ABSK0123456789', region: 'us-east-1' } }),
    ],
    models: ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'amazon.nova-pro-v1:0'],
    keylessFamilies: ['bedrock'],
  },
];

/** Each dialect's recorded answer is tried with the first adapter that speaks it. */
const tried = new Set<AnswerFixture>();

function untriedAnswers({ adapter, credentials, models }: (typeof CONTRACTS)[number]): readonly AnswerFixture[] {
  const spoken = new Set(credentials.flatMap((one) => models.flatMap((model) => adapter.dialects(one, model))));
  const answers = RECORDED_ANSWERS.filter((answer) => spoken.has(answer.dialect) && !tried.has(answer));
  for (const answer of answers) tried.add(answer);
  return answers;
}

describe.each(CONTRACTS)('$adapter.constructor.name keeps the contract', (options) => {
  it.each(adapterContract({ ...options, answers: untriedAnswers(options) }))('$name', ({ run }) => run());
});

it('tries the recorded answer of every dialect', () => {
  expect([...tried]).toEqual(RECORDED_ANSWERS);
});
