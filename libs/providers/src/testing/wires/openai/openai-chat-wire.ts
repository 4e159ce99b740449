import { asObject, asString } from '../../../json/read-json.js';
import type { Call } from '../call.js';
import type { Complaint } from '../complaint.js';
import { sseFraming, type Frame } from '../framing.js';
import type { Question, Wire } from '../wire.js';
import { AZURE_PROMPT_FRAME, checkAzureCall, deploymentOf } from './azure.js';
import { chatCompletionOf, chatFrames } from './chat-answer.js';
import { OPENAI_VENDOR } from './openai-vendor.js';
import { readChatRequest } from './read-chat-request.js';

/** OpenAI's `POST /v1/chat/completions`, and Azure's. */
export const OPENAI_CHAT_WIRE: Wire = {
  name: 'openai-chat',
  vendor: OPENAI_VENDOR,
  question: openAiQuestion,
  read(question) {
    checkAzureCall(question.call);
    return readChatRequest(question);
  },
  document: chatCompletionOf,
  hollow: (document) => ({ ...document, choices: [] }),
  *frames(answer, question, manner) {
    if (deploymentOf(question.call) !== undefined) yield AZURE_PROMPT_FRAME;
    yield* chatFrames(answer, question, manner);
  },
  framing: () => sseFraming('\n'),
  errorFrame: openAiErrorFrame,
  unknownFrame: {
    role: 'bracket',
    event: 'vendor.telemetry',
    data: { object: 'vendor.telemetry', choices: [], latency_ms: 3 },
  },
};

/** What a chat completion, or a completion, asks at a glance. */
export function openAiQuestion(call: Call): Question {
  return {
    call,
    model: deploymentOf(call) ?? asString(call.member('model')) ?? '',
    streams: call.member('stream') === true,
    asksForUsage: asObject(call.member('stream_options'))?.['include_usage'] === true,
  };
}

/** An error inside of a stream of chunks. */
export function openAiErrorFrame(complaint: Complaint): Frame {
  return { role: 'error', data: OPENAI_VENDOR.errorBody(complaint) };
}
