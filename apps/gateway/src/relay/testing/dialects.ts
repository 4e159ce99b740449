import {
  readChatRequest,
  readGeminiRequest,
  readMessagesRequest,
  readResponsesRequest,
  type AnswerContext,
  type InboundCodec,
  type ModelEvent,
} from '#providers';
import { CHAT_DIALECT } from '../../endpoints/chat-completions/chat-completions.endpoint.js';
import { GEMINI_DIALECT } from '../../endpoints/gemini/gemini.endpoint.js';
import { MESSAGES_DIALECT } from '../../endpoints/messages/messages.endpoint.js';
import { RESPONSES_DIALECT } from '../../endpoints/responses/responses.endpoint.js';
import { createStraightCall } from '../../generation/straight-call.js';
import type { UpstreamCall } from '../upstream-call.js';

/** What a writer of answers is told in tests. */
export const ANSWER_CONTEXT: AnswerContext = {
  fallbackId: 'req_1',
  model: 'm',
  createdAtSeconds: 1_700_000_000,
  request: {
    streams: true,
    messages: [],
    tools: [],
    parameters: { reasoning: { visible: true } },
    unknownNames: [],
  },
  reportsStreamUsage: true,
  dropped: [],
};

const CHAT = readChatRequest(Buffer.from('{"model":"m","stream":true,"messages":[]}'));
const RESPONSES = readResponsesRequest(Buffer.from('{"model":"m","stream":true,"input":"hi"}'));
const MESSAGES = readMessagesRequest(Buffer.from('{"model":"m","stream":true,"max_tokens":9,"messages":[]}'));
const GEMINI = readGeminiRequest(Buffer.from('{"contents":[]}'), { model: 'm', streams: true });

/** A dialect that answers are streamed in, as a test sees it. */
export interface StreamedDialect {
  readonly name: 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini';
  readonly codec: InboundCodec;
  /** A call for a stream that goes through unchanged. */
  readonly straightCall: UpstreamCall;
  /** What stands at the end of a stream that is whole, and nowhere else. */
  readonly terminal: RegExp;
}

/** Every dialect that a client may stream in, but for OpenAI's old completions. */
export const STREAMED_DIALECTS: readonly StreamedDialect[] = [
  {
    name: 'openai-chat',
    codec: CHAT_DIALECT.codec,
    straightCall: createStraightCall(CHAT_DIALECT, CHAT, 'm'),
    terminal: /data: \[DONE\]|"finish_reason":"/,
  },
  {
    name: 'openai-responses',
    codec: RESPONSES_DIALECT.codec,
    straightCall: createStraightCall(RESPONSES_DIALECT, RESPONSES, 'm'),
    terminal: /event: response\.(completed|incomplete)\n/,
  },
  {
    name: 'anthropic-messages',
    codec: MESSAGES_DIALECT.codec,
    straightCall: createStraightCall(MESSAGES_DIALECT, MESSAGES, 'm'),
    terminal: /event: message_stop\n|"stop_reason":"/,
  },
  {
    name: 'gemini',
    codec: GEMINI_DIALECT.codec,
    straightCall: createStraightCall(GEMINI_DIALECT, GEMINI, 'm'),
    terminal: /"finishReason":/,
  },
];

/** The dialect of that name. */
export function streamedDialect(name: StreamedDialect['name']): StreamedDialect {
  const found = STREAMED_DIALECTS.find((dialect) => dialect.name === name);
  if (found === undefined) throw new Error(`no dialect is named ${name}`);
  return found;
}

/** The server-sent events of a whole stream. */
export function streamPieces({ codec }: StreamedDialect, events: readonly ModelEvent[]): readonly string[] {
  const writer = codec.createStreamWriter(ANSWER_CONTEXT);
  const text = events.map((event) => writer.write(event)).join('') + writer.end();
  return text.split(/(?<=\n\n)/);
}
