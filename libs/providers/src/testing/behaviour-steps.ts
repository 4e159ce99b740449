import { unreachable } from '#kernel';
import { answerOfBehaviour, answerSteps } from './answer-steps.js';
import type { Behaviour } from './behaviour.js';
import { faultSteps } from './faults/fault-steps.js';
import { wholeSteps } from './faults/whole-steps.js';
import { answerOf } from './model/scripted-model.js';
import { refusalSteps } from './refusal-steps.js';
import { DocumentStage, ModelStage, type Stage } from './stage.js';
import { BREAK, type Step } from './step.js';
import type { Call } from './wires/call.js';
import { Complaint } from './wires/complaint.js';
import type { Vendor } from './wires/vendor.js';
import type { Endpoint } from './wires/wire.js';

/**
 * The steps that a behaviour takes on a call; a call that the vendor would refuse is refused in its words.
 *
 * @param usage When the scripted model's streams tell their usage, where the vendor leaves the choice to the caller.
 */
export function* behaviourSteps(
  behaviour: Behaviour,
  endpoint: Endpoint,
  call: Call,
  usage: 'asked' | 'always' = 'asked',
): Generator<Step> {
  try {
    yield* performed(behaviour, endpoint, call, usage);
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    yield* refusalSteps(vendorOf(endpoint), error);
  }
}

/** The vendor whose API an endpoint belongs to. */
export function vendorOf(endpoint: Endpoint): Vendor {
  return endpoint.kind === 'model' ? endpoint.wire.vendor : endpoint.vendor;
}

function performed(behaviour: Behaviour, endpoint: Endpoint, call: Call, usage: 'asked' | 'always'): Iterable<Step> {
  switch (behaviour.kind) {
    case 'scripted': {
      const stage = scriptedStage(endpoint, call, usage);
      return behaviour.fault === undefined ? wholeSteps(stage) : faultSteps(behaviour.fault, stage);
    }
    case 'answer':
      return answerSteps(answeringStage(endpoint, call, behaviour), behaviour);
    case 'error': {
      const { status, message = `The fake upstream answers ${status}.`, retryAfterSeconds } = behaviour;
      const details = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
      return refusalSteps(vendorOf(endpoint), new Complaint(status, message, details));
    }
    case 'echo':
      return echoSteps(call);
    case 'disconnect':
      return [BREAK];
    default:
      return unreachable(behaviour);
  }
}

/** What the scripted model answers, once the call was held against what the vendor demands. */
function scriptedStage(endpoint: Endpoint, call: Call, reportsUsage: 'asked' | 'always'): Stage {
  if (endpoint.kind === 'document') return new DocumentStage(endpoint.document(call), endpoint, call);
  const question = endpoint.wire.question(call);
  const answer = answerOf(endpoint.wire.read(question), call.body);
  return new ModelStage(endpoint.wire, question, { ...answer, reportsUsage });
}

/** What a behaviour answers, whatever the call is. */
function answeringStage(endpoint: Endpoint, call: Call, behaviour: Extract<Behaviour, { kind: 'answer' }>): Stage {
  if (endpoint.kind === 'document') return new DocumentStage(endpoint.document(call), endpoint, call);
  return new ModelStage(endpoint.wire, endpoint.wire.question(call), answerOfBehaviour(behaviour));
}

function* echoSteps({ headers, body }: Call): Generator<Step> {
  const encoded = Buffer.from(JSON.stringify(headers)).toString('base64url');
  const type = headers['content-type'] ?? 'application/octet-stream';
  yield { kind: 'head', status: 200, headers: { 'content-type': type, 'x-fake-request-headers': encoded } };
  yield { kind: 'bytes', bytes: body };
}
