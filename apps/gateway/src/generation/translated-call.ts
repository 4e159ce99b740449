import {
  eventsOf,
  type AnswerContext,
  type InboundCodec,
  type JsonObject,
  type ModelAnswer,
  type ProviderCodec,
} from '#providers';
import type { PlainAnswer, UpstreamCall } from '../relay/upstream-call.js';
import { TranslatedStream, type EventWriter } from '../relay/translated-stream.js';

/** What a translated call is about. */
export interface TranslatedCallInput {
  readonly inbound: InboundCodec;
  readonly provider: ProviderCodec;
  /** The request in the provider's words. */
  readonly body: Buffer;
  readonly streams: boolean;
  readonly context: AnswerContext;
  /** What writes the stream; it may outlive the attempt. */
  createWriter(): EventWriter;
}

const NO_HEADERS: readonly string[] = [];
const STREAM_CONTENT_TYPE = 'text/event-stream; charset=utf-8';
const JSON_CONTENT_TYPE = 'application/json';
const BROKEN = { whole: false, usage: undefined, body: Buffer.alloc(0) } as const;

/** A call whose answer is read in the provider's dialect and written in the client's. */
export function createTranslatedCall(input: TranslatedCallInput): UpstreamCall {
  const { inbound, provider, body, streams, context } = input;
  return {
    operation: 'generate',
    dialect: provider.dialect,
    body,
    streams,
    forwardedHeaders: NO_HEADERS,
    streamContentType: STREAM_CONTENT_TYPE,
    createStream: (sink, framing) =>
      new TranslatedStream(provider.createStreamReader(), input.createWriter(), sink, framing),
    readAnswer: (answerBody) => {
      const answer = readAnswer(provider, answerBody);
      if (answer === undefined) return BROKEN;
      return streams ? writeAsStream(answer, input.createWriter()) : writeWhole(answer, inbound, context);
    },
    readError: (status, errorBody) => provider.readError(status, errorBody),
    writeError: (error) => Buffer.from(JSON.stringify(inbound.writeError(error))),
  };
}

function readAnswer(provider: ProviderCodec, body: Buffer): ModelAnswer | undefined {
  try {
    return provider.readAnswer(JSON.parse(body.toString('utf8')) as JsonObject);
  } catch {
    // No JSON, or no answer: another candidate may have one.
    return undefined;
  }
}

function writeWhole(answer: ModelAnswer, inbound: InboundCodec, context: AnswerContext): PlainAnswer {
  const body = Buffer.from(JSON.stringify(inbound.writeAnswer(answer, context)));
  return { whole: true, usage: answer.usage, body, contentType: JSON_CONTENT_TYPE };
}

/** For providers that answer a request for a stream in one piece. */
function writeAsStream(answer: ModelAnswer, writer: EventWriter): PlainAnswer {
  let text = '';
  for (const event of eventsOf(answer)) {
    const written = writer.write(event);
    if (typeof written !== 'string') return BROKEN;
    text += written;
  }
  const body = Buffer.from(text + writer.end());
  return { whole: true, usage: answer.usage, body, contentType: STREAM_CONTENT_TYPE };
}
