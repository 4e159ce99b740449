import type { Json, JsonObject } from '../../../spec/json.js';
import { textOf, totalInputTokens, type FakeAnswer, type FakePart, type FakeUsage } from '../../model/fake-answer.js';
import { issueState } from '../../model/issued-state.js';
import { THOUGHTS } from '../../model/usage-figures.js';
import { CREATED_SECONDS } from './chat-answer.js';

/** Where an item or a response is on its way. */
export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'incomplete';

/** The response as it is in the end, with what the request said repeated. */
export function finishedResponseOf(answer: FakeAnswer, request: JsonObject): JsonObject {
  const reason = incompleteReasonOf(answer);
  const status = reason === undefined ? 'completed' : 'incomplete';
  return {
    ...responseOf(answer, request, status),
    completed_at: reason === undefined ? CREATED_SECONDS : null,
    incomplete_details: reason === undefined ? null : { reason },
    output: answer.parts.map((part, index) => itemOf(part, idOfItem(answer, part, index), request, status)),
    usage: answer.reportsUsage === 'never' ? null : responsesUsageOf(answer.usage),
  };
}

/** The response while nothing of it is there. */
export function responseOf(answer: FakeAnswer, request: JsonObject, status: ResponseStatus): JsonObject {
  const given = (name: string, fallback: Json): Json => request[name] ?? fallback;
  return {
    id: `resp_${answer.id}`,
    object: 'response',
    created_at: CREATED_SECONDS,
    status,
    background: given('background', false),
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: given('instructions', null),
    max_output_tokens: given('max_output_tokens', null),
    max_tool_calls: given('max_tool_calls', null),
    model: given('model', ''),
    output: [],
    parallel_tool_calls: given('parallel_tool_calls', true),
    previous_response_id: given('previous_response_id', null),
    prompt_cache_key: given('prompt_cache_key', null),
    reasoning: given('reasoning', { effort: null, summary: null }),
    safety_identifier: given('safety_identifier', null),
    service_tier: 'default',
    store: given('store', true),
    temperature: given('temperature', 1),
    text: given('text', { format: { type: 'text' }, verbosity: 'medium' }),
    tool_choice: given('tool_choice', 'auto'),
    tools: given('tools', []),
    top_logprobs: 0,
    top_p: given('top_p', 1),
    truncation: given('truncation', 'disabled'),
    usage: null,
    user: given('user', null),
    metadata: given('metadata', {}),
  };
}

/** An item's id, which says its kind. */
export function idOfItem({ id }: FakeAnswer, part: FakePart, index: number): string {
  switch (part.kind) {
    case 'reasoning':
      return `rs_${id}${index}`;
    case 'text':
      return `msg_${id}${index}`;
    default:
      return `${part.freeText ? 'ctc' : 'fc'}_${part.id}`;
  }
}

/** A part of the answer as an item of the output. */
export function itemOf(part: FakePart, id: string, request: JsonObject, status: ResponseStatus): JsonObject {
  const text = textOf(part);
  switch (part.kind) {
    case 'reasoning':
      return {
        id,
        type: 'reasoning',
        summary: part.pieces.length === 0 ? [] : [{ type: 'summary_text', text }],
        ...(wantsEncrypted(request) ? { encrypted_content: issueState('openai', THOUGHTS) } : {}),
      };
    case 'text':
      return { id, type: 'message', status, role: 'assistant', content: [outputTextOf(text)] };
    default: {
      const call = { id, status, call_id: `call_${part.id}`, name: part.name };
      return part.freeText
        ? { ...call, type: 'custom_tool_call', input: text }
        : { ...call, type: 'function_call', arguments: text };
    }
  }
}

/** A text as a piece of a message's content. */
export function outputTextOf(text: string): JsonObject {
  return { type: 'output_text', annotations: [], logprobs: [], text };
}

/** Usage in the words of the Responses API, whose totals include what is told in detail. */
export function responsesUsageOf(usage: FakeUsage): JsonObject {
  const inputTokens = totalInputTokens(usage);
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: usage.cacheReadTokens, cache_write_tokens: usage.cacheWriteTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: inputTokens + usage.outputTokens,
  };
}

function incompleteReasonOf({ finish }: FakeAnswer): string | undefined {
  switch (finish) {
    case 'length':
      return 'max_output_tokens';
    case 'content-filter':
      return 'content_filter';
    default:
      return undefined;
  }
}

function wantsEncrypted(request: JsonObject): boolean {
  const include = request['include'];
  return Array.isArray(include) && include.includes('reasoning.encrypted_content');
}
