import { answerCases } from './answer-cases.js';
import type { ContractCase } from './contract-case.js';
import type { AdapterContractOptions } from './contract-options.js';
import { fakeCases } from './fake-cases.js';
import { fuzzCases } from './fuzz-cases.js';
import { requestCases } from './request-cases.js';
import { shapeCases } from './shape-cases.js';
import { targetCases } from './target-cases.js';

/**
 * Everything that the gateway relies on in an adapter and in the codecs of the dialects that it speaks, as cases for any
 * test runner. Each case rejects with what does not hold. Without a fake of the vendor nothing is sent anywhere.
 *
 * ```ts
 * for (const { name, run } of adapterContract({ adapter, credentials, models })) test(name, run);
 * ```
 */
export function adapterContract(options: AdapterContractOptions): readonly ContractCase[] {
  return [
    ...shapeCases(options),
    ...targetCases(options),
    ...requestCases(options),
    ...answerCases(options),
    ...fuzzCases(options),
    ...fakeCases(options),
  ];
}
