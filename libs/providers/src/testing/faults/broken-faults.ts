import type { Stage, StageStream } from '../stage.js';
import { BREAK, HOLD, type Step } from '../step.js';
import type { Frame } from '../wires/framing.js';
import type { AnswerFaultName } from './fault-catalogue.js';
import { OVERLOADED, type FaultSteps } from './refusal-faults.js';
import { eventSteps, streamHead } from './stream-steps.js';
import { documentBytes } from './whole-steps.js';

/** What happens once a part of the answer was sent. */
type Turn = (stream: StageStream, rest: Iterator<Frame, unknown>) => Iterable<Step>;

/** Faults that give a part of an answer. */
export const BROKEN_FAULTS = {
  *'hang-before-first-token'(stage) {
    const { stream } = stage;
    if (stream === undefined) return;
    const frames = [...stream.frames()];
    const first = frames.findIndex(({ role }) => role === 'content');
    yield streamHead(stage, stream.framing);
    yield* eventSteps(stream.framing, frames.slice(0, first));
    yield HOLD;
    yield* restSteps(stream, frames.slice(first).values(), first === 0);
  },
  'stall-mid-stream': (stage) =>
    stage.streams
      ? afterFirstContent(stage, function* (stream, rest) {
          yield HOLD;
          yield* restSteps(stream, rest);
        })
      : halves(stage, HOLD),
  'cut-mid-stream': (stage) => (stage.streams ? afterFirstContent(stage, () => [BREAK]) : halves(stage, BREAK)),
  'cut-mid-event': (stage) =>
    afterFirstContent(stage, function* (stream, rest) {
      yield halfEvent(stream, rest);
      yield BREAK;
    }),
  'end-mid-stream': (stage) => afterFirstContent(stage, () => []),
  'end-mid-event': (stage) => afterFirstContent(stage, (stream, rest) => [halfEvent(stream, rest)]),
  'error-event-mid-stream': (stage) =>
    afterFirstContent(stage, (stream) => {
      const event = stream.framing.encode(stream.errorFrame(OVERLOADED), false);
      return [{ kind: 'bytes', bytes: event, isEvent: true }, closingOf(stream)];
    }),
} satisfies Partial<Record<AnswerFaultName, FaultSteps>>;

/** The stream through its first content, and then something else. */
function* afterFirstContent(stage: Stage, turn: Turn): Generator<Step> {
  const { stream } = stage;
  if (stream === undefined) return;
  yield streamHead(stage, stream.framing);
  const frames = stream.frames()[Symbol.iterator]();
  let isFirst = true;
  for (let next = frames.next(); next.done !== true; next = frames.next()) {
    yield { kind: 'bytes', bytes: stream.framing.encode(next.value, isFirst), isEvent: true };
    isFirst = false;
    if (next.value.role === 'content') break;
  }
  yield* turn(stream, frames);
}

function* restSteps(stream: StageStream, rest: Iterator<Frame, unknown>, isFirst = false): Generator<Step> {
  let opens = isFirst;
  for (let next = rest.next(); next.done !== true; next = rest.next()) {
    yield { kind: 'bytes', bytes: stream.framing.encode(next.value, opens), isEvent: true };
    opens = false;
  }
  yield closingOf(stream);
}

function halfEvent(stream: StageStream, rest: Iterator<Frame, unknown>): Step {
  const next = rest.next();
  const event = next.done === true ? Buffer.alloc(0) : stream.framing.encode(next.value, false);
  return { kind: 'bytes', bytes: event.subarray(0, Math.floor(event.length / 2)) };
}

function closingOf({ framing }: StageStream): Step {
  return { kind: 'bytes', bytes: Buffer.from(framing.closing) };
}

/** A document's first half, something, and the other half. */
function* halves(stage: Stage, between: Step): Generator<Step> {
  const body = documentBytes(stage);
  const middle = Math.floor(body.length / 2);
  yield stage.head(body.length);
  yield { kind: 'bytes', bytes: body.subarray(0, middle) };
  yield between;
  yield { kind: 'bytes', bytes: body.subarray(middle) };
}
