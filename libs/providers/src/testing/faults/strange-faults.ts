import type { Stage, StageStream } from '../stage.js';
import type { Step } from '../step.js';
import { payloadOf, sseFraming, type Frame } from '../wires/framing.js';
import { cutsInEscapes, filtered, markedInText, withEmptyPieces } from './answer-changes.js';
import type { AnswerFaultName } from './fault-catalogue.js';
import type { FaultSteps } from './refusal-faults.js';
import { replaceMarks } from './replace-marks.js';
import { eventSteps, streamHead, streamSteps } from './stream-steps.js';
import { documentBytes, wholeSteps } from './whole-steps.js';

/** More than the gateway takes of a plain answer. */
const OVERSIZED_ANSWER_BYTES = 72 * 1024 * 1024;
/** More than AWS allows for an event, and than the gateway looks at. */
const OVERSIZED_EVENT_BYTES = 20 * 1024 * 1024;

const DRIP_BYTES = 64;
/** Between so many bytes: long enough for the client to take them one by one, short enough for a test. */
const DRIP_PAUSE_MS = 1;

const NOTHING = Buffer.alloc(0);
const NO_UTF8 = Buffer.from([0xff, 0xc3, 0x28]);

/** Faults that give a whole answer in a strange way. */
export const STRANGE_FAULTS = {
  'content-filter-finish': (stage) => wholeSteps(stage, { answer: filtered }),
  'oversized-answer': (stage) => {
    const filler = Buffer.alloc(stage.streams ? OVERSIZED_EVENT_BYTES : OVERSIZED_ANSWER_BYTES, 'a');
    let isFilled = false;
    return fillingMarks(stage, () => {
      if (isFilled) return NOTHING;
      isFilled = true;
      return filler;
    });
  },
  *'slow-drip'(stage) {
    for (const step of wholeSteps(stage)) {
      if (step.kind === 'bytes') yield* drip(step.bytes, step.isEvent === true);
      else yield step;
    }
  },
  'invalid-utf8': (stage) => fillingMarks(stage, () => NO_UTF8),
  'invalid-json-event': onStream(function* (stream) {
    let isSpoilt = false;
    for (const frame of stream.frames()) {
      yield frame;
      if (isSpoilt || frame.role !== 'content') continue;
      yield { ...frame, role: 'bracket', data: payloadOf(frame).subarray(0, -2) };
      isSpoilt = true;
    }
  }),
  'duplicate-terminal-event': onStream(function* (stream) {
    for (const frame of stream.frames()) {
      yield frame;
      if (frame.role === 'terminal') yield frame;
    }
  }),
  'missing-done': onStream(function* (stream) {
    for (const frame of stream.frames()) if (frame.role !== 'terminal') yield frame;
  }),
  'keep-alive-comments': (stage) => {
    const keepAlive = Buffer.from(stage.stream?.framing.keepAlive ?? '');
    return wholeSteps(stage, { between: () => [{ kind: 'bytes', bytes: keepAlive }] });
  },
  'crlf-framing': (stage) =>
    wholeSteps(stage, stage.stream?.framing.kind === 'sse' ? { framing: sseFraming('\r\n') } : {}),
  'final-event-without-blank-line': withoutLastBlankLine,
  'usage-in-two-places': (stage) => wholeSteps(stage, { earlyUsage: true }),
  'empty-deltas': (stage) => wholeSteps(stage, { answer: withEmptyPieces }),
  'unknown-events': onStream(function* (stream) {
    for (const frame of stream.frames()) {
      yield frame;
      if (frame.role === 'content') yield stream.unknownFrame;
    }
  }),
  'tool-arguments-mid-escape': (stage) => wholeSteps(stage, { answer: cutsInEscapes }),
} satisfies Partial<Record<AnswerFaultName, FaultSteps>>;

/** A fault that changes the events of a stream. */
function onStream(change: (stream: StageStream) => Iterable<Frame>): FaultSteps {
  return (stage) =>
    stage.stream === undefined ? wholeSteps(stage) : streamSteps(stage, stage.stream, change(stage.stream));
}

function* drip(bytes: Buffer, isEvent: boolean): Generator<Step> {
  for (let at = 0; at < bytes.length; at += DRIP_BYTES) {
    const isLast = at + DRIP_BYTES >= bytes.length;
    yield { kind: 'bytes', bytes: bytes.subarray(at, at + DRIP_BYTES), isBytewise: true, isEvent: isEvent && isLast };
    yield { kind: 'pause', durationMs: DRIP_PAUSE_MS };
  }
}

function* withoutLastBlankLine(stage: Stage): Generator<Step> {
  const { stream } = stage;
  if (stream?.framing.kind !== 'sse') return yield* wholeSteps(stage);
  const frames = [...stream.frames()];
  yield streamHead(stage, stream.framing);
  yield* eventSteps(stream.framing, frames.slice(0, -1));
  const last = frames.at(-1);
  if (last === undefined) return;
  const event = stream.framing.encode(last, false).toString('utf8').trimEnd();
  yield { kind: 'bytes', bytes: Buffer.from(event), isEvent: true };
}

/** The whole answer, with bytes in its text that no string can hold. */
function* fillingMarks(stage: Stage, filler: () => Buffer): Generator<Step> {
  const { stream } = stage;
  if (stage.streams && stream !== undefined) {
    const frames = [...stream.frames({ answer: markedInText })];
    const filled = frames.map((frame) => ({ ...frame, data: replaceMarks(payloadOf(frame), filler) }));
    return yield* streamSteps(stage, stream, filled);
  }
  const body = replaceMarks(documentBytes(stage, markedInText), filler);
  yield stage.head(body.length);
  yield { kind: 'bytes', bytes: body };
}
