import { refusalSteps } from '../refusal-steps.js';
import type { Stage } from '../stage.js';
import { documentSteps, HOLD, RESET, type Step } from '../step.js';
import { Complaint } from '../wires/complaint.js';
import type { AnswerFaultName } from './fault-catalogue.js';
import { streamHead, streamSteps } from './stream-steps.js';
import { documentBytes, wholeSteps } from './whole-steps.js';

/** Commits a fault on a stage. */
export type FaultSteps = (stage: Stage) => Iterable<Step>;

const HTML = 'text/html; charset=utf-8';
const RETRY_AFTER_SECONDS = 2;

/** What an error in mid-answer says. */
export const OVERLOADED = new Complaint(503, 'The fake upstream is overloaded.');

/** Faults that give no answer at all. */
export const REFUSAL_FAULTS = {
  'reset-before-headers': () => [RESET],
  *'reset-after-headers'(stage) {
    yield headOf(stage);
    yield RESET;
  },
  'status-400': refuseWith(400),
  'status-401': refuseWith(401),
  'status-403': refuseWith(403),
  'status-404': refuseWith(404),
  'status-408': refuseWith(408),
  'status-429': refuseWith(429),
  'status-429-retry-after': refuseWith(429, RETRY_AFTER_SECONDS),
  'status-500': refuseWith(500),
  '502-html-page': () => documentSteps(502, { 'content-type': HTML }, page('502 Bad Gateway')),
  'status-503': refuseWith(503),
  'status-504': refuseWith(504),
  'status-529': refuseWith(529),
  'context-length-error': (stage) => refusalSteps(stage.vendor, stage.vendor.contextLengthComplaint()),
  *'hang-before-headers'(stage) {
    yield HOLD;
    yield* wholeSteps(stage);
  },
  *'error-event-first'(stage) {
    const { stream } = stage;
    if (stream === undefined) return;
    yield* streamSteps(stage, stream, [stream.errorFrame(OVERLOADED)]);
  },
  'error-object-200': (stage) => {
    const body = Buffer.from(JSON.stringify(stage.vendor.errorBody(OVERLOADED)));
    return [stage.head(body.length), { kind: 'bytes', bytes: body }];
  },
  'empty-body': (stage) => [headOf(stage, 0)],
  'empty-choices': (stage) => {
    const body = Buffer.from(JSON.stringify(stage.hollowDocument()));
    return [stage.head(body.length), { kind: 'bytes', bytes: body }];
  },
  'truncated-json': (stage) => {
    const body = documentBytes(stage);
    const half = body.subarray(0, Math.floor(body.length / 2));
    return [stage.head(half.length), { kind: 'bytes', bytes: half }];
  },
  'wrong-content-type': () => documentSteps(200, { 'content-type': HTML }, page('Please log in')),
} satisfies Partial<Record<AnswerFaultName, FaultSteps>>;

function refuseWith(status: number, retryAfterSeconds?: number): FaultSteps {
  const details = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return (stage) => refusalSteps(stage.vendor, new Complaint(status, `The fake upstream answers ${status}.`, details));
}

/** The head of the answer that is asked for: a stream's, or a document's. */
function headOf(stage: Stage, byteCount?: number): Step {
  if (stage.streams && stage.stream !== undefined) return streamHead(stage, stage.stream.framing);
  return stage.head(byteCount ?? documentBytes(stage).length);
}

function page(title: string): Buffer {
  return Buffer.from(
    `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  );
}
