import type { Conversation } from '../model/conversation.js';
import type { FakeAnswer } from '../model/fake-answer.js';
import type { Call } from './call.js';
import type { Complaint } from './complaint.js';
import type { Frame, Framing } from './framing.js';
import type { Vendor } from './vendor.js';

/** What a call says at a glance, read without judging it. */
export interface Question {
  readonly call: Call;
  /** Empty when none is named. */
  readonly model: string;
  readonly streams: boolean;
  /** True when the caller asked for usage on the stream, or need not ask. */
  readonly asksForUsage: boolean;
}

/** Something that a stream does though nobody needs it. */
export interface FrameManner {
  /** Usage comes early as well, with figures that grow. */
  readonly earlyUsage?: boolean;
}

/** The name of a {@link Wire}. */
export type WireName =
  | 'openai-chat'
  | 'openai-completions'
  | 'openai-responses'
  | 'anthropic-messages'
  | 'vertex-claude'
  | 'gemini'
  | 'bedrock-converse';

/** One vendor's way to ask a model for an answer and to give it. */
export interface Wire {
  readonly name: WireName;
  readonly vendor: Vendor;
  question(call: Call): Question;
  /** Everything that the model looks at. @throws Complaint for what the vendor would refuse. */
  read(question: Question): Conversation;
  /** The answer as one document. */
  document(answer: FakeAnswer, question: Question): object;
  /** The document of an answer, with no answer in it. */
  hollow(document: object): object;
  /** The answer as a stream. */
  frames(answer: FakeAnswer, question: Question, manner: FrameManner): Iterable<Frame>;
  framing(question: Question): Framing;
  /** An error inside of a stream. */
  errorFrame(complaint: Complaint): Frame;
  /** An event that no client knows. */
  readonly unknownFrame: Frame;
}

/** An operation that gives one document and asks no model. */
export interface DocumentEndpoint {
  readonly kind: 'document';
  readonly vendor: Vendor;
  /** The model that is named, for behaviours that are chosen by model; empty when none is. */
  model(call: Call): string;
  /** The answer. @throws Complaint for what the vendor would refuse. */
  document(call: Call): object;
  /** Headers of the answer, besides the vendor's own. */
  headers?(call: Call): Readonly<Record<string, string>>;
}

/** An operation of a vendor's API. */
export type Endpoint = { readonly kind: 'model'; readonly wire: Wire } | DocumentEndpoint;
