import type { AnswerBehaviour } from './behaviour.js';
import { streamHead } from './faults/stream-steps.js';
import { documentBytes } from './faults/whole-steps.js';
import type { FakeAnswer, FakePart } from './model/fake-answer.js';
import type { Stage, StageStream } from './stage.js';
import { BREAK, HOLD, type Step } from './step.js';
import { Complaint } from './wires/complaint.js';
import type { Frame, FrameRole } from './wires/framing.js';

const WORDS = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel'];
const FAILED = new Complaint(500, 'The fake upstream failed while it was answering.');

/** What a stream leaves out that ends too early, but cleanly. */
const LEFT_OUT: Partial<Record<AnswerBehaviour['end'], readonly FrameRole[]>> = {
  'no-done': ['terminal'],
  'no-finish': ['finish', 'usage', 'terminal'],
};

/** What a behaviour says, in no vendor's words. */
export function answerOfBehaviour(behaviour: AnswerBehaviour): FakeAnswer {
  const part = partOf(behaviour);
  const said = part.kind === 'text' ? part.pieces.length : 0;
  return {
    id: behaviour.id,
    parts: [part],
    finish: part.kind === 'tool-call' ? 'tool-calls' : 'stop',
    usage: {
      inputTokens: behaviour.promptTokens,
      outputTokens: behaviour.completionTokens ?? Math.max(1, said),
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      cacheWrite1hTokens: 0,
      reasoningTokens: 0,
    },
    reportsUsage: behaviour.usage,
  };
}

/** The steps of an answer as a behaviour wants them. */
export function* answerSteps(stage: Stage, behaviour: AnswerBehaviour): Generator<Step> {
  if (behaviour.hold === 'before-headers') yield HOLD;
  const { stream } = stage;
  if (stage.streams && stream !== undefined) yield* streamedSteps(stage, stream, behaviour);
  else yield* plainSteps(stage, behaviour);
}

function partOf({ id, toolCall, text, chunks }: AnswerBehaviour): FakePart {
  if (toolCall === undefined) return { kind: 'text', pieces: text === undefined ? wordsOf(chunks) : cut(text, chunks) };
  const middle = Math.ceil(toolCall.arguments.length / 2);
  const pieces = [toolCall.arguments.slice(0, middle), toolCall.arguments.slice(middle)];
  return { kind: 'tool-call', id: `${id}_1`, name: toolCall.name, pieces, freeText: false };
}

function wordsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${WORDS[index % WORDS.length]} `);
}

/** By code points: a piece is a string of its own in JSON, which half a surrogate pair would spoil. */
function cut(text: string, chunks: number): string[] {
  const points = [...text];
  const count = Math.min(chunks, points.length);
  const boundary = (index: number): number => Math.floor((index * points.length) / count);
  return Array.from({ length: count }, (_, index) => points.slice(boundary(index), boundary(index + 1)).join(''));
}

function* plainSteps(stage: Stage, behaviour: AnswerBehaviour): Generator<Step> {
  const isBytewise = behaviour.writes === 'byte';
  if (behaviour.end === 'error') {
    const body = Buffer.from(JSON.stringify(stage.vendor.errorBody(FAILED)));
    yield stage.head(body.length);
    yield { kind: 'bytes', bytes: body };
    return;
  }
  const body = documentBytes(stage);
  const middle = Math.floor(body.length / 2);
  const isTruncated = behaviour.end === 'truncated';
  yield stage.head(isTruncated ? middle : body.length);
  yield { kind: 'bytes', bytes: body.subarray(0, middle), isBytewise };
  if (behaviour.hold === 'after-first-chunk') yield HOLD;
  if (behaviour.end === 'cut') yield BREAK;
  if (!isTruncated) yield { kind: 'bytes', bytes: body.subarray(middle), isBytewise };
}

function* streamedSteps(stage: Stage, stream: StageStream, behaviour: AnswerBehaviour): Generator<Step> {
  const { framing } = stream;
  const isBytewise = behaviour.writes === 'byte';
  const leftOut = LEFT_OUT[behaviour.end] ?? [];
  yield streamHead(stage, framing);
  let index = 0;
  let hasBegun = false;
  for (const frame of stream.frames()) {
    if (leftOut.includes(frame.role)) continue;
    if (index > 0 && behaviour.intervalMs > 0) yield { kind: 'pause', durationMs: behaviour.intervalMs };
    const bytes = framing.encode(frame, index === 0);
    if (hasBegun && (behaviour.end === 'cut' || behaviour.end === 'truncated')) {
      yield { kind: 'bytes', bytes: bytes.subarray(0, Math.floor(bytes.length / 2)), isBytewise };
      if (behaviour.end === 'cut') yield BREAK;
      return;
    }
    yield { kind: 'bytes', bytes, isEvent: true, isBytewise };
    index += 1;
    if (hasBegun || !isContent(frame)) continue;
    hasBegun = true;
    if (behaviour.hold === 'after-first-chunk') yield HOLD;
    if (behaviour.end === 'error') {
      yield { kind: 'bytes', bytes: framing.encode(stream.errorFrame(FAILED), false), isEvent: true };
      break;
    }
  }
  yield { kind: 'bytes', bytes: Buffer.from(framing.closing) };
}

function isContent({ role }: Frame): boolean {
  return role === 'content';
}
