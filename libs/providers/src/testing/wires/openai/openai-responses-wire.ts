import { asString } from '../../../json/read-json.js';
import type { JsonObject } from '../../../spec/json.js';
import type { FakeAnswer } from '../../model/fake-answer.js';
import type { Complaint } from '../complaint.js';
import { sseFraming, type Frame } from '../framing.js';
import type { Question, Wire } from '../wire.js';
import { OPENAI_VENDOR } from './openai-vendor.js';
import { inputItemsOf, readResponsesRequest } from './read-responses-request.js';
import type { ResponseStore } from './response-store.js';
import { finishedResponseOf, responseOf } from './responses-answer.js';
import { responsesFrames } from './responses-frames.js';

/** OpenAI's `POST /v1/responses`, which keeps what it makes in `store`. */
export function openAiResponsesWire(store: ResponseStore): Wire {
  return {
    name: 'openai-responses',
    vendor: OPENAI_VENDOR,
    question: (call) => ({
      call,
      model: asString(call.member('model')) ?? '',
      streams: call.member('stream') === true,
      asksForUsage: true,
    }),
    read: ({ call }) => readResponsesRequest(call, store),
    document(answer, question) {
      keep(answer, question, store);
      const request = requestOf(question);
      return request['background'] === true
        ? responseOf(answer, request, 'queued')
        : finishedResponseOf(answer, request);
    },
    hollow: (document) => ({ ...document, output: [] }),
    *frames(answer, question, manner) {
      yield* responsesFrames(answer, requestOf(question), manner);
      keep(answer, question, store);
    },
    framing: () => sseFraming('\n'),
    errorFrame,
    unknownFrame: {
      role: 'bracket',
      event: 'response.vendor_telemetry',
      data: { type: 'response.vendor_telemetry', latency_ms: 3 },
    },
  };
}

function requestOf({ call }: Question): JsonObject {
  return call.json ?? {};
}

function keep(answer: FakeAnswer, question: Question, store: ResponseStore): void {
  const request = requestOf(question);
  if (request['store'] === false) return;
  const response = finishedResponseOf(answer, request);
  const input = inputItemsOf(request['input']);
  const before = store.find(asString(request['previous_response_id']) ?? '')?.context ?? [];
  const output = Array.isArray(response['output']) ? response['output'] : [];
  store.keep(`resp_${answer.id}`, {
    response,
    input: input.map((item, index) => identified(item as JsonObject, `item_${answer.id}${index}`)),
    context: [...before, ...input, ...output],
    isBackground: request['background'] === true,
  });
}

/** Items that came without an id are given one. */
function identified(item: JsonObject, id: string): JsonObject {
  return { type: 'message', id, ...item };
}

function errorFrame({ message, status, details }: Complaint): Frame {
  const code = details.code ?? (status === 429 ? 'rate_limit_exceeded' : 'server_error');
  return { role: 'error', event: 'error', data: { type: 'error', code, message, param: details.field ?? null } };
}
