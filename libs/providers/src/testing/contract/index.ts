export { adapterContract } from './adapter-contract.js';
export { ContractViolation, type ContractCase } from './contract-case.js';
export type { AdapterContractOptions, AnswerFixture, RequestFixture, RunningFake } from './contract-options.js';
