import type { StageStream, Stage } from '../stage.js';
import type { Step } from '../step.js';
import type { Frame, Framing } from '../wires/framing.js';

/** How a stream is sent. */
export interface StreamManner {
  /** Default: the wire's own. */
  readonly framing?: Framing;
  /** Something to do after each event but the last. */
  readonly between?: () => Iterable<Step>;
  /** One write for each byte. */
  readonly isBytewise?: boolean;
}

/** The status and headers of a stream. */
export function streamHead(stage: Stage, framing: Framing): Step {
  const headers = { 'content-type': framing.contentType, 'cache-control': 'no-cache', ...stage.headers };
  return { kind: 'head', status: 200, headers };
}

/** A whole stream: its head, its events and its end. */
export function* streamSteps(
  stage: Stage,
  stream: StageStream,
  frames: Iterable<Frame>,
  manner: StreamManner = {},
): Generator<Step> {
  const framing = manner.framing ?? stream.framing;
  yield streamHead(stage, framing);
  yield* eventSteps(framing, frames, manner);
  if (framing.closing !== '') yield { kind: 'bytes', bytes: Buffer.from(framing.closing) };
}

/** The events of a stream, from its first on. */
export function* eventSteps(framing: Framing, frames: Iterable<Frame>, manner: StreamManner = {}): Generator<Step> {
  let isFirst = true;
  for (const frame of frames) {
    if (!isFirst) yield* manner.between?.() ?? [];
    const bytes = framing.encode(frame, isFirst);
    yield { kind: 'bytes', bytes, isEvent: true, isBytewise: manner.isBytewise === true };
    isFirst = false;
  }
}
