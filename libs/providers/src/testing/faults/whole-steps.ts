import type { AnswerChange, Stage, StreamChange } from '../stage.js';
import type { Step } from '../step.js';
import { streamSteps, type StreamManner } from './stream-steps.js';

/** How a whole answer differs from the usual. */
export interface WholeChange extends StreamManner, StreamChange {}

/** The whole answer, as a stream where one is asked for. */
export function* wholeSteps(stage: Stage, change: WholeChange = {}): Generator<Step> {
  const { stream } = stage;
  if (stage.streams && stream !== undefined) {
    yield* streamSteps(stage, stream, stream.frames(change), change);
    return;
  }
  const body = documentBytes(stage, change.answer);
  yield stage.head(body.length);
  yield { kind: 'bytes', bytes: body, isBytewise: change.isBytewise === true };
}

/** The answer's document as it goes on the wire. */
export function documentBytes(stage: Stage, change?: AnswerChange): Buffer {
  return Buffer.from(JSON.stringify(stage.document(change)));
}
