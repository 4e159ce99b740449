import type { FakeAnswer } from './model/fake-answer.js';
import type { Step } from './step.js';
import type { Call } from './wires/call.js';
import type { Complaint } from './wires/complaint.js';
import type { Frame, Framing } from './wires/framing.js';
import type { Vendor } from './wires/vendor.js';
import type { DocumentEndpoint, FrameManner, Question, Wire } from './wires/wire.js';

/** Changes an answer before it is written. */
export type AnswerChange = (answer: FakeAnswer) => FakeAnswer;

/** How a stream differs from the usual. */
export interface StreamChange extends FrameManner {
  readonly answer?: AnswerChange;
}

/** What an answer is made from, whatever the vendor: a fault picks from it and spoils it. */
export abstract class Stage {
  abstract readonly vendor: Vendor;
  abstract readonly streams: boolean;

  /** Headers that go with every answer. */
  abstract readonly headers: Readonly<Record<string, string>>;

  /** The answer as one document. */
  abstract document(change?: AnswerChange): object;

  /** The document with no answer in it. */
  abstract hollowDocument(): object;

  /** The answer as events, and how they are put on the wire. Undefined where nothing streams. */
  abstract readonly stream: StageStream | undefined;

  /** The status and headers of a document. */
  head(byteCount: number, contentType = JSON_TYPE): Step {
    const headers = { 'content-type': contentType, 'content-length': String(byteCount), ...this.headers };
    return { kind: 'head', status: 200, headers };
  }
}

/** The streamed half of a {@link Stage}. */
export interface StageStream {
  readonly framing: Framing;
  frames(change?: StreamChange): Iterable<Frame>;
  errorFrame(complaint: Complaint): Frame;
  readonly unknownFrame: Frame;
}

const JSON_TYPE = 'application/json';

/** The stage of a call that asks a model. */
export class ModelStage extends Stage {
  override readonly vendor: Vendor;
  override readonly streams: boolean;
  override readonly headers: Readonly<Record<string, string>>;
  override readonly stream: StageStream;

  constructor(
    private readonly wire: Wire,
    private readonly question: Question,
    private readonly answer: FakeAnswer,
  ) {
    super();
    this.vendor = wire.vendor;
    this.streams = question.streams;
    this.headers = wire.vendor.answerHeaders(answer.id);
    this.stream = {
      framing: wire.framing(question),
      frames: (change = {}) => wire.frames(change.answer?.(answer) ?? answer, question, change),
      errorFrame: (complaint) => wire.errorFrame(complaint),
      unknownFrame: wire.unknownFrame,
    };
  }

  override document(change: AnswerChange = (answer) => answer): object {
    return this.wire.document(change(this.answer), this.question);
  }

  override hollowDocument(): object {
    return this.wire.hollow(this.document());
  }
}

/** The stage of a call that wants one document and no model. */
export class DocumentStage extends Stage {
  override readonly vendor: Vendor;
  override readonly streams = false;
  override readonly stream = undefined;
  override readonly headers: Readonly<Record<string, string>>;

  constructor(
    private readonly answer: object,
    endpoint: DocumentEndpoint,
    call: Call,
  ) {
    super();
    this.vendor = endpoint.vendor;
    this.headers = { ...endpoint.vendor.answerHeaders('fake'), ...endpoint.headers?.(call) };
  }

  override document(): object {
    return this.answer;
  }

  /** A list of embeddings without one; what has no list is emptied. */
  override hollowDocument(): object {
    return 'data' in this.answer ? { ...this.answer, data: [] } : {};
  }
}
