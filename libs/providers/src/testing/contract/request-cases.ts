import { UNKNOWN_CAPABILITIES } from '../../capabilities/model-capabilities.js';
import { applyParameterPolicy } from '../../hub/apply-parameter-policy.js';
import { Losses } from '../../hub/losses.js';
import type { ProviderCodec, WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelRequest } from '../../spec/model-request.js';
import { declaredCapabilities } from '../../plugins/declared-models.js';
import { contractCase, ensure, ensureSame, nameOfError, type ContractCase } from './contract-case.js';
import { codecOf, spokenCodecs } from './contract-codecs.js';
import type { AdapterContractOptions } from './contract-options.js';
import { deepFreeze } from './freeze.js';
import { SAMPLE_REQUESTS, type SampleRequest } from './sample-requests.js';

/** How requests are written. */
export function requestCases(options: AdapterContractOptions): readonly ContractCase[] {
  const samples = spokenCodecs(options).flatMap((codec) =>
    SAMPLE_REQUESTS.map((sample) =>
      contractCase(`${codec.dialect}: ${sample.what} is carried, or refused by name`, () => {
        for (const model of modelsIn(options, codec)) carries(options, codec, model, sample);
      }),
    ),
  );
  const recorded = (options.requests ?? []).map(({ name, dialect, model, request, body }) =>
    contractCase(`${dialect}: ${name} is written as recorded`, () => {
      const codec = codecOf(options, dialect);
      ensure(codec !== undefined, `no codec writes "${dialect}"`);
      const written = write(options, codec, model, request);
      ensure('body' in written, 'it is refused');
      ensureSame(sorted(written.body), sorted(body), 'the body');
    }),
  );
  return [...samples, ...recorded];
}

function modelsIn({ adapter, credentials, models }: AdapterContractOptions, { dialect }: ProviderCodec) {
  return models.filter((model) => credentials.some((one) => adapter.dialects(one, model).includes(dialect)));
}

function carries(options: AdapterContractOptions, codec: ProviderCodec, model: string, sample: SampleRequest): void {
  const request = deepFreeze(structuredClone(sample.request));
  const written = write(options, codec, model, request);
  if ('refusedField' in written) return;
  const { body, lost } = written;
  const text = JSON.stringify(body);
  ensureSame(JSON.parse(text), body, `the body for "${model}" survives being written as JSON`);
  const again = write(options, codec, model, request);
  ensureSame('body' in again ? again.body : undefined, body, `the same request for "${model}", written twice`);
  const missing = sample.words.find((word) => !holds(body, word));
  ensure(
    missing === undefined || lost.length > 0,
    `"${String(missing).slice(0, 40)}" is neither in the body for "${model}", nor refused, nor reported as lost`,
  );
}

type Written = { readonly body: JsonObject; readonly lost: readonly string[] } | { readonly refusedField: string };

/** Writes a request as the gateway does: first the parameter policy, then the writer. */
function write(options: AdapterContractOptions, codec: ProviderCodec, model: string, request: ModelRequest): Written {
  const { adapter } = options;
  const capabilities = declaredCapabilities(adapter, model) ?? UNKNOWN_CAPABILITIES;
  const { dialect } = codec;
  const policy = applyParameterPolicy({
    request,
    inbound: 'openai-chat',
    provider: dialect,
    model,
    capabilities,
    strict: false,
  });
  if (!policy.ok) return { refusedField: policy.field };
  const losses = new Losses(policy.dropped);
  const context: WriteContext = { model, stateFamily: adapter.stateFamily(model), capabilities, losses };
  try {
    return { body: codec.writeRequest(policy.request, context), lost: losses.fields() };
  } catch (error) {
    const name = nameOfError(error);
    ensure(name === 'UnsupportedFieldError', `writing for "${model}" throws ${name}: ${String(error)}`);
    const field: unknown = Reflect.get(error as object, 'field');
    ensure(typeof field === 'string' && field !== '', 'a refusal names no field');
    return { refusedField: field };
  }
}

/** True when `word` stands in a text or a name of `value`, also in a text that is itself JSON. */
function holds(value: unknown, word: string): boolean {
  if (typeof value === 'string') return value.includes(word) || value.includes(JSON.stringify(word).slice(1, -1));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, member]) => name.includes(word) || holds(member, word));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}
