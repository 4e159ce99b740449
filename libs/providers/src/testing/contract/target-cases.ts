import { isHeaderValue } from '../../adapters/header-value.js';
import type { ProviderCall, ProviderCredential, TargetRefusal, UpstreamTarget } from '../../spec/provider-adapter.js';
import { contractCase, ensure, ensureSame, type ContractCase } from './contract-case.js';
import type { AdapterContractOptions } from './contract-options.js';

const SECRET_NAME = /key|secret|token|password|credential/;
/** A shorter text may stand anywhere by chance. */
const SECRET_CHARACTERS_MIN = 4;
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

type Target = UpstreamTarget | TargetRefusal;

/** Where calls go. */
export function targetCases(options: AdapterContractOptions): readonly ContractCase[] {
  const each = (check: (target: UpstreamTarget) => void) => async (): Promise<void> => {
    for (const credential of options.credentials) {
      for (const call of callsOf(options, credential)) {
        const target = await options.adapter.target(credential, call);
        ensure(!('refusal' in target), `${describe(call)} is refused: ${'refusal' in target ? target.refusal : ''}`);
        check(target);
      }
    }
  };
  return [
    contractCase('the same call goes to the same place', () => isDeterministic(options)),
    contractCase(
      'the origin is http or https, with nothing behind the port',
      each(({ origin }) => {
        const url = URL.parse(origin);
        ensure(url !== null && ['http:', 'https:'].includes(url.protocol), `"${origin}" is no http or https origin`);
        ensure(url.origin === origin, `"${origin}" should be "${url.origin}"`);
      }),
    ),
    contractCase(
      'the path begins with a slash and is fit to be sent',
      each(({ path }) => ensure(/^\/[\x21-\x7e]*$/.test(path), `"${path}" is no path`)),
    ),
    contractCase(
      'header names are in lower case, and values fit to be sent',
      each(({ headers }) => {
        for (const [name, value] of Object.entries(headers)) {
          ensure(HEADER_NAME.test(name), `"${name}" is no name of a header in lower case`);
          ensure(isHeaderValue(value), `the value of "${name}" cannot be sent`);
        }
      }),
    ),
    contractCase('no secret stands in the address', async () => {
      for (const credential of options.credentials) {
        for (const call of callsOf(options, credential)) {
          const target = await options.adapter.target(credential, call);
          const address = 'refusal' in target ? target.refusal : target.origin + target.path;
          ensureNoSecret(options, credential, address, describe(call));
        }
      }
    }),
    contractCase('a credential that cannot be used is refused in words without a secret', () =>
      refusesInWords(options),
    ),
  ];
}

/** A plain call and a stream, for each model and each of its dialects. */
function callsOf({ adapter, models }: AdapterContractOptions, credential: ProviderCredential): readonly ProviderCall[] {
  return models.flatMap((model) =>
    adapter.dialects(credential, model).flatMap((dialect) =>
      [false, true].map((streams) => ({
        operation: 'generate' as const,
        dialect,
        model,
        streams,
        body: Buffer.from('{"contract":true}'),
      })),
    ),
  );
}

async function isDeterministic(options: AdapterContractOptions): Promise<void> {
  for (const credential of options.credentials) {
    for (const call of callsOf(options, credential)) {
      const first = await options.adapter.target(credential, call);
      const second = await options.adapter.target(structuredClone(credential), { ...call });
      ensureSame(second, first, describe(call));
    }
  }
}

async function refusesInWords(options: AdapterContractOptions): Promise<void> {
  for (const credential of options.credentials) {
    for (const spoilt of spoil(credential)) {
      for (const call of callsOf(options, credential).slice(0, 1)) {
        const target = await settle(options, spoilt, call);
        if (target === undefined || !('refusal' in target)) continue;
        ensure(target.refusal !== '', 'a refusal says nothing');
        ensureNoSecret(options, spoilt, target.refusal, 'the refusal');
      }
    }
  }
}

/** A rejection is a provider that cannot be reached, which is allowed; a throw before that is a defect. */
async function settle(
  { adapter }: AdapterContractOptions,
  credential: ProviderCredential,
  call: ProviderCall,
): Promise<Target | undefined> {
  const asked = adapter.target(credential, call);
  return asked instanceof Promise ? asked.catch(() => undefined) : asked;
}

function spoil(credential: ProviderCredential): readonly ProviderCredential[] {
  const { credentials } = credential;
  const each = Object.keys(credentials).flatMap((name) => [
    { ...credential, credentials: { ...credentials, [name]: '' } },
    { ...credential, credentials: { ...credentials, [name]: `${credentials[name]}\r\nx: y` } },
  ]);
  const key = Object.values(credentials)[0] ?? 'none';
  return [
    ...each,
    { ...credential, credentials: {} },
    { ...credential, baseUrl: 'no url at all' },
    { ...credential, baseUrl: `https://user:${encodeURIComponent(key)}@vendor.example/?q=${encodeURIComponent(key)}` },
  ];
}

function ensureNoSecret(
  { secretNames }: AdapterContractOptions,
  { credentials }: ProviderCredential,
  text: string,
  where: string,
): void {
  for (const [name, value] of Object.entries(credentials)) {
    const isSecret = secretNames?.includes(name) ?? SECRET_NAME.test(name);
    const secret = value.trim();
    if (!isSecret || secret.length < SECRET_CHARACTERS_MIN) continue;
    ensure(!text.includes(secret) && !text.includes(encodeURIComponent(secret)), `${where} holds "${name}"`);
  }
}

function describe({ dialect, model, streams }: ProviderCall): string {
  return `a ${streams ? 'stream' : 'call'} of "${model}" in ${dialect}`;
}
