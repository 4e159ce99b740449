import { checkAdapter } from '../../plugins/check-adapter.js';
import { isFamilyName } from '../../plugins/family-name.js';
import type { CredentialIssue } from '../../spec/provider-adapter.js';
import { contractCase, ensure, ensureSame, type ContractCase } from './contract-case.js';
import { codecOf, isTranslatedInto, spokenDialects } from './contract-codecs.js';
import type { AdapterContractOptions } from './contract-options.js';

/** What the gateway and the control plane rely on before any request is made: names, credentials, dialects. */
export function shapeCases(options: AdapterContractOptions): readonly ContractCase[] {
  const { adapter } = options;
  return [
    contractCase('the adapter has everything that the gateway asks for', () => {
      const checked = checkAdapter(adapter);
      ensure(checked.ok, checked.ok ? '' : checked.problem);
    }),
    contractCase('families are well-formed names, each once, and the credentials of the contract are of them', () => {
      for (const family of adapter.families) ensure(isFamilyName(family), `"${family}" is no name of a family`);
      ensureSame([...new Set(adapter.families)], adapter.families, 'the families');
      ensure(options.credentials.length > 0, 'the contract needs a credential');
      for (const { family } of options.credentials) {
        ensure(adapter.families.includes(family), `the credential is of "${family}", which the adapter does not serve`);
      }
    }),
    contractCase('the credential schema accepts the sample', async () => {
      for (const { family, credentials } of options.credentials) {
        const issues = await issuesOf(options, family, credentials);
        ensure(issues.length === 0, `"${family}" refuses it: ${issues.map(({ message }) => message).join('; ')}`);
      }
    }),
    contractCase('the credential schema refuses an empty object, and says why', () => refusesEmpty(options)),
    contractCase('the credential schema never repeats what it refuses', () => neverRepeats(options)),
    contractCase('every model is served, in dialects that somebody can translate into, and always the same', () =>
      servesModels(options),
    ),
  ];
}

async function issuesOf(
  { adapter }: AdapterContractOptions,
  family: string,
  value: unknown,
): Promise<readonly CredentialIssue[]> {
  const result: unknown = await adapter.credentialRules(family).schema['~standard'].validate(value);
  const isResult = typeof result === 'object' && result !== null;
  ensure(isResult, `the schema of "${family}" answers with no result`);
  return 'issues' in result && Array.isArray(result.issues) ? (result.issues as readonly CredentialIssue[]) : [];
}

async function refusesEmpty(options: AdapterContractOptions): Promise<void> {
  for (const { family } of options.credentials) {
    if (options.keylessFamilies?.includes(family) === true) continue;
    const [issue] = await issuesOf(options, family, {});
    ensure(issue !== undefined, `"${family}" accepts an empty object; name it in keylessFamilies if it needs no key`);
    ensure(typeof issue.message === 'string' && issue.message !== '', `the refusal of "${family}" says nothing`);
  }
}

const MARK = 'sEcReT-0f4b';

async function neverRepeats(options: AdapterContractOptions): Promise<void> {
  for (const { family, credentials } of options.credentials) {
    const wrong = Object.fromEntries(Object.keys(credentials).map((name) => [name, { nested: MARK }]));
    const spoilt = Object.fromEntries(Object.keys(credentials).map((name) => [name, `${MARK}\n\0`]));
    for (const value of [MARK, [MARK], { surplus: MARK }, wrong, spoilt, { ...credentials, surplus: MARK }]) {
      const messages = (await issuesOf(options, family, value)).map(({ message }) => message).join(' ');
      ensure(!messages.includes(MARK), `a refusal of "${family}" repeats the value: ${messages}`);
    }
  }
}

function servesModels(options: AdapterContractOptions): void {
  const { adapter, credentials, models } = options;
  ensure(models.length > 0, 'the contract needs a model');
  for (const credential of credentials) {
    for (const model of models) {
      const spoken = adapter.dialects(credential, model);
      const served = spoken.length > 0 || adapter.embeddings(credential, model) !== undefined;
      ensure(served, `"${model}" at "${credential.family}" has neither a dialect nor embeddings`);
      ensureSame(adapter.dialects(structuredClone(credential), model), spoken, `the dialects of "${model}"`);
      ensureSame([...new Set(spoken)], spoken, `the dialects of "${model}", each once`);
      const [preferred] = spoken;
      ensure(
        preferred === undefined || isTranslatedInto(preferred),
        `"${String(preferred)}" cannot be preferred, because nothing is translated into it`,
      );
    }
  }
  for (const dialect of spokenDialects(options).filter(isTranslatedInto)) {
    ensure(codecOf(options, dialect) !== undefined, `no codec translates into "${dialect}"; bring one in "codecs"`);
  }
}
