import type { JsonObject } from '../../../spec/json.js';
import type { StreamFrame } from '../../../spec/stream-frame.js';
import type { AnswerFixture } from '../contract-options.js';

const ARGUMENTS = '{"city":"Nice \\"old\\" town","days":2}';
const PIECES = ['{"city":"Nice \\', '"old\\" to', 'wn","days', '":2}'];

/** Answers with reasoning, text and a tool call, one of each dialect, written from the vendors' public documentation. */
export const RECORDED_ANSWERS: readonly AnswerFixture[] = [chat(), responses(), messages(), gemini(), converse()];

function sse(frames: readonly (JsonObject | string)[], named = false): string {
  return frames
    .map((frame) => {
      if (typeof frame === 'string') return `${frame}\n\n`;
      const event = named ? `event: ${String(frame['type'])}\n` : '';
      return `${event}data: ${JSON.stringify(frame)}\n\n`;
    })
    .join('');
}

function chat(): AnswerFixture {
  const id = 'chatcmpl-1';
  const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: ARGUMENTS } };
  const usage = {
    prompt_tokens: 30,
    completion_tokens: 12,
    total_tokens: 42,
    prompt_tokens_details: { cached_tokens: 10, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 4, audio_tokens: 0 },
  };
  const chunk = (delta: JsonObject, finish_reason: string | null = null): JsonObject => ({
    id,
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-5',
    choices: [{ index: 0, delta, finish_reason }],
  });
  const toolDelta = (delta: JsonObject): JsonObject => chunk({ tool_calls: [{ index: 0, ...delta }] });
  return {
    name: 'text and a tool call',
    dialect: 'openai-chat',
    tokensInAll: 42,
    answer: {
      id,
      object: 'chat.completion',
      created: 1,
      model: 'gpt-5',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Let me look, ümlaut.', tool_calls: [call] },
          finish_reason: 'tool_calls',
        },
      ],
      usage,
    },
    stream: sse([
      ': keep-alive',
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Let me ' }),
      chunk({ content: 'look, ümlaut.' }),
      toolDelta({ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }),
      ...PIECES.map((piece) => toolDelta({ function: { arguments: piece } })),
      chunk({}, 'tool_calls'),
      { id, object: 'chat.completion.chunk', created: 1, model: 'gpt-5', choices: [], usage },
      'data: [DONE]',
    ]),
  };
}

function responses(): AnswerFixture {
  const usage = {
    input_tokens: 30,
    input_tokens_details: { cached_tokens: 10 },
    output_tokens: 12,
    output_tokens_details: { reasoning_tokens: 4 },
    total_tokens: 42,
  };
  const text = { type: 'output_text', text: 'Let me look, ümlaut.', annotations: [] };
  const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [text] };
  const call = {
    type: 'function_call',
    id: 'fc_1',
    call_id: 'call_1',
    name: 'weather',
    arguments: ARGUMENTS,
    status: 'completed',
  };
  const response = { id: 'resp_1', object: 'response', model: 'gpt-5', status: 'in_progress', output: [] };
  const whole = { ...response, status: 'completed', output: [message, call], usage };
  return {
    name: 'text and a tool call',
    dialect: 'openai-responses',
    tokensInAll: 42,
    answer: whole,
    stream: sse(
      [
        { type: 'response.created', response },
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { ...message, status: 'in_progress', content: [] },
        },
        {
          type: 'response.content_part.added',
          item_id: 'msg_1',
          output_index: 0,
          content_index: 0,
          part: { ...text, text: '' },
        },
        { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'Let me ' },
        {
          type: 'response.output_text.delta',
          item_id: 'msg_1',
          output_index: 0,
          content_index: 0,
          delta: 'look, ümlaut.',
        },
        { type: 'response.output_text.done', item_id: 'msg_1', output_index: 0, content_index: 0, text: text.text },
        { type: 'response.output_item.done', output_index: 0, item: message },
        {
          type: 'response.output_item.added',
          output_index: 1,
          item: { ...call, arguments: '', status: 'in_progress' },
        },
        ...PIECES.map((delta) => ({
          type: 'response.function_call_arguments.delta',
          item_id: 'fc_1',
          output_index: 1,
          delta,
        })),
        {
          type: 'response.function_call_arguments.done',
          item_id: 'fc_1',
          output_index: 1,
          arguments: ARGUMENTS,
        },
        { type: 'response.output_item.done', output_index: 1, item: call },
        { type: 'response.completed', response: whole },
      ],
      true,
    ),
  };
}

function messages(): AnswerFixture {
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5' };
  const usage = { input_tokens: 20, cache_read_input_tokens: 10, cache_creation_input_tokens: 5, output_tokens: 12 };
  return {
    name: 'thinking, text and a tool call',
    dialect: 'anthropic-messages',
    tokensInAll: 47,
    answer: {
      ...head,
      content: [
        { type: 'thinking', thinking: 'I should look.', signature: 'c2ln' },
        { type: 'text', text: 'Let me look, ümlaut.' },
        { type: 'tool_use', id: 'toolu_1', name: 'weather', input: JSON.parse(ARGUMENTS) },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage,
    },
    stream: sse(
      [
        {
          type: 'message_start',
          message: { ...head, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
        },
        { type: 'ping' },
        { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'I should look.' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2ln' } },
        { type: 'content_block_stop', index: 0 },
        { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Let me ' } },
        { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'look, ümlaut.' } },
        { type: 'content_block_stop', index: 1 },
        {
          type: 'content_block_start',
          index: 2,
          content_block: { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} },
        },
        ...PIECES.map((partial_json) => ({
          type: 'content_block_delta',
          index: 2,
          delta: { type: 'input_json_delta', partial_json },
        })),
        { type: 'content_block_stop', index: 2 },
        {
          type: 'message_delta',
          delta: { stop_reason: 'tool_use', stop_sequence: null },
          usage: { output_tokens: 12 },
        },
        { type: 'message_stop' },
      ],
      true,
    ),
  };
}

function gemini(): AnswerFixture {
  const call = { functionCall: { name: 'weather', args: JSON.parse(ARGUMENTS) }, thoughtSignature: 'c2ln' };
  const usageMetadata = {
    promptTokenCount: 30,
    cachedContentTokenCount: 10,
    candidatesTokenCount: 8,
    thoughtsTokenCount: 4,
    totalTokenCount: 42,
  };
  const chunk = (parts: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
    candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
    modelVersion: 'gemini-2.5-pro',
    responseId: 'r1',
    usageMetadata,
  });
  return {
    name: 'a thought, text and a tool call',
    dialect: 'gemini',
    tokensInAll: 42,
    answer: chunk([{ text: 'I should look.', thought: true }, { text: 'Let me look, ümlaut.' }, call], {
      finishReason: 'STOP',
    }),
    stream: sse([
      chunk([{ text: 'I should look.', thought: true }]),
      chunk([{ text: 'Let me ' }]),
      chunk([{ text: 'look, ümlaut.' }]),
      chunk([call], { finishReason: 'STOP' }),
    ]),
  };
}

function converse(): AnswerFixture {
  const usage = { inputTokens: 20, outputTokens: 12, totalTokens: 42, cacheReadInputTokens: 10 };
  const frame = (event: string, payload: JsonObject): StreamFrame => ({ event, data: JSON.stringify(payload) });
  const delta = (contentBlockIndex: number, change: JsonObject): StreamFrame =>
    frame('contentBlockDelta', { contentBlockIndex, delta: change });
  const toolUse = { toolUseId: 'tooluse_1', name: 'weather' };
  return {
    name: 'reasoning, text and a tool call',
    dialect: 'bedrock-converse',
    tokensInAll: 42,
    answer: {
      output: {
        message: {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'I should look.', signature: 'c2ln' } } },
            { text: 'Let me look, ümlaut.' },
            { toolUse: { ...toolUse, input: JSON.parse(ARGUMENTS) } },
          ],
        },
      },
      stopReason: 'tool_use',
      usage,
    },
    stream: [
      frame('messageStart', { role: 'assistant' }),
      delta(0, { reasoningContent: { text: 'I should look.' } }),
      delta(0, { reasoningContent: { signature: 'c2ln' } }),
      frame('contentBlockStop', { contentBlockIndex: 0 }),
      delta(1, { text: 'Let me ' }),
      delta(1, { text: 'look, ümlaut.' }),
      frame('contentBlockStop', { contentBlockIndex: 1 }),
      frame('contentBlockStart', { contentBlockIndex: 2, start: { toolUse } }),
      ...PIECES.map((input) => delta(2, { toolUse: { input } })),
      frame('contentBlockStop', { contentBlockIndex: 2 }),
      frame('messageStop', { stopReason: 'tool_use' }),
      frame('metadata', { usage, metrics: { latencyMs: 1 } }),
    ],
  };
}
