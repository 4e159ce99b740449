export type { Behaviour, BehaviourInput } from './behaviour.js';
export type { QueueCondition, QueuedInput } from './behaviour-queue.js';
export {
  ContractViolation,
  adapterContract,
  type AdapterContractOptions,
  type AnswerFixture,
  type ContractCase,
  type RequestFixture,
  type RunningFake,
} from './contract/index.js';
export { BEHAVIOUR_HEADER, FakeUpstream, type FakeUpstreamOptions } from './fake-upstream.js';
export { ESCAPED_CITY } from './faults/answer-changes.js';
export {
  ANSWER_FAULT_NAMES,
  FAULT_NAMES,
  FAULTS,
  momentOf,
  type AnswerFaultName,
  type Fault,
  type FaultMoment,
  type FaultName,
} from './faults/fault-catalogue.js';
export { unreachableOrigin, type AddressFaultName } from './faults/unreachable-origins.js';
export { CALLED_WITH, FIXED_SENTENCE, PARALLEL_WORD, TOOL_WORD } from './model/scripted-model.js';
export { THOUGHTS } from './model/usage-figures.js';
export { BEHAVIOUR_NAMES } from './named-behaviours.js';
export { RECORDED_REQUESTS_MAX, type ExchangeEnd, type RecordedRequest } from './request-log.js';
export type { WireName } from './wires/wire.js';
