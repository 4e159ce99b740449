import { parseObject } from '../../../json/read-json.js';
import { textOf, type FakeAnswer, type FakeFinish, type FakePart, type FakeUsage } from '../../model/fake-answer.js';
import { issueState } from '../../model/issued-state.js';
import type { Frame, FrameRole } from '../framing.js';
import type { FrameManner, Question } from '../wire.js';

const STOP_REASONS: Readonly<Record<FakeFinish, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
};

/** The answer as one `message` object. */
export function messageOf(answer: FakeAnswer, { model }: Question): object {
  return {
    ...openingOf(answer, model),
    content: answer.parts.map(blockOf),
    ...endOf(answer),
    ...(answer.reportsUsage === 'never' ? {} : { usage: messagesUsageOf(answer.usage) }),
  };
}

/** The answer as events: the empty message, its blocks one after the other, why it ended, the end. */
export function* messageFrames(answer: FakeAnswer, { model }: Question, manner: FrameManner): Generator<Frame> {
  const reports = answer.reportsUsage !== 'never';
  const early = messagesUsageOf({ ...answer.usage, outputTokens: 1, reasoningTokens: 0 });
  yield frame('opening', {
    type: 'message_start',
    message: {
      ...openingOf(answer, model),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...(reports ? { usage: early } : {}),
    },
  });
  yield frame('opening', { type: 'ping' });
  for (const [index, part] of answer.parts.entries()) yield* blockFrames(part, index);
  if (manner.earlyUsage === true) {
    yield frame('usage', { type: 'message_delta', delta: { stop_reason: null, stop_sequence: null }, usage: early });
  }
  const usage = reports ? { usage: messagesUsageOf(answer.usage) } : {};
  yield frame('finish', { type: 'message_delta', delta: endOf(answer), ...usage });
  yield frame('terminal', { type: 'message_stop' });
}

function* blockFrames(part: FakePart, index: number): Generator<Frame> {
  yield frame('bracket', { type: 'content_block_start', index, content_block: emptyBlockOf(part) });
  for (const piece of part.pieces) {
    yield frame('content', { type: 'content_block_delta', index, delta: deltaOf(part, piece) });
  }
  if (part.kind === 'reasoning') {
    const signature = issueState('anthropic', textOf(part));
    yield frame('content', { type: 'content_block_delta', index, delta: { type: 'signature_delta', signature } });
  }
  yield frame('bracket', { type: 'content_block_stop', index });
}

function frame(role: FrameRole, data: { readonly type: string; readonly [name: string]: unknown }): Frame {
  return { role, event: data.type, data };
}

function openingOf({ id }: FakeAnswer, model: string): object {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model };
}

function endOf({ finish, stopSequence }: FakeAnswer): object {
  return { stop_reason: STOP_REASONS[finish], stop_sequence: stopSequence ?? null };
}

function blockOf(part: FakePart): object {
  const text = textOf(part);
  switch (part.kind) {
    case 'reasoning':
      return { type: 'thinking', thinking: text, signature: issueState('anthropic', text) };
    case 'text':
      return { type: 'text', text };
    default:
      return { type: 'tool_use', id: `toolu_${part.id}`, name: part.name, input: parseObject(text) ?? {} };
  }
}

function emptyBlockOf(part: FakePart): object {
  switch (part.kind) {
    case 'reasoning':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'text':
      return { type: 'text', text: '' };
    default:
      return { type: 'tool_use', id: `toolu_${part.id}`, name: part.name, input: {} };
  }
}

function deltaOf({ kind }: FakePart, piece: string): object {
  switch (kind) {
    case 'reasoning':
      return { type: 'thinking_delta', thinking: piece };
    case 'text':
      return { type: 'text_delta', text: piece };
    default:
      return { type: 'input_json_delta', partial_json: piece };
  }
}

/** Usage in Anthropic's words, whose input excludes what was read from or written to the cache. */
function messagesUsageOf(usage: FakeUsage): object {
  const { cacheWriteTokens, cacheWrite1hTokens } = usage;
  return {
    input_tokens: usage.inputTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWriteTokens - cacheWrite1hTokens,
      ephemeral_1h_input_tokens: cacheWrite1hTokens,
    },
    output_tokens: usage.outputTokens,
    service_tier: 'standard',
  };
}
