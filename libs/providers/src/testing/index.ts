export type { Behaviour, BehaviourInput } from './behaviour.js';
export { BEHAVIOUR_HEADER, FakeUpstream, type FakeUpstreamOptions } from './fake-upstream.js';
export { BEHAVIOUR_NAMES } from './named-behaviours.js';
export { RECORDED_REQUESTS_MAX, type ExchangeEnd, type RecordedRequest } from './request-log.js';
