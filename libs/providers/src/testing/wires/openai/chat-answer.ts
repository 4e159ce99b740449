import { THOUGHTS } from '../../model/usage-figures.js';
import { issueState } from '../../model/issued-state.js';
import {
  textOf,
  totalInputTokens,
  type FakeAnswer,
  type FakeFinish,
  type FakePart,
  type FakeUsage,
} from '../../model/fake-answer.js';
import type { Frame } from '../framing.js';
import type { FrameManner, Question } from '../wire.js';

/** Every answer claims this moment, so that equal requests get equal bytes. Seconds since the epoch. */
export const CREATED_SECONDS = 1_700_000_000;

const FINISH_REASONS: Readonly<Record<FakeFinish, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
};

/** OpenAI's word for why an answer ended. */
export function finishReasonOf({ finish }: FakeAnswer): string {
  return FINISH_REASONS[finish];
}

/** The answer as one `chat.completion` object. */
export function chatCompletionOf(answer: FakeAnswer, question: Question): object {
  return {
    id: `chatcmpl-${answer.id}`,
    object: 'chat.completion',
    created: CREATED_SECONDS,
    model: question.model,
    choices: [{ index: 0, message: messageOf(answer), logprobs: null, finish_reason: finishReasonOf(answer) }],
    ...(answer.reportsUsage === 'never' ? {} : { usage: chatUsageOf(answer.usage) }),
  };
}

/** The answer as chunks: the role, what is said, the finish, and the usage for those who want it. */
export function* chatFrames(answer: FakeAnswer, question: Question, manner: FrameManner): Generator<Frame> {
  const reports = reportsUsage(answer, question);
  const head = {
    id: `chatcmpl-${answer.id}`,
    object: 'chat.completion.chunk',
    created: CREATED_SECONDS,
    model: question.model,
  };
  const early = reports && manner.earlyUsage === true ? earlyUsageOf(answer.usage) : null;
  const chunk = (role: Frame['role'], delta: object, finishReason: string | null = null): Frame => ({
    role,
    data: {
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...(reports ? { usage: early } : {}),
    },
  });
  yield chunk('opening', { role: 'assistant', content: speaks(answer) ? '' : null });
  for (const delta of deltasOf(answer)) yield chunk('content', delta);
  yield chunk('finish', {}, finishReasonOf(answer));
  if (reports) yield { role: 'usage', data: { ...head, choices: [], usage: chatUsageOf(answer.usage) } };
  yield { role: 'terminal', data: '[DONE]' };
}

/** Whether a stream says what it consumed. */
export function reportsUsage(answer: FakeAnswer, question: Question): boolean {
  return answer.reportsUsage === 'always' || (answer.reportsUsage === 'asked' && question.asksForUsage);
}

/** Usage in OpenAI's words, whose totals include what is told in detail. */
export function chatUsageOf(usage: FakeUsage): object {
  const promptTokens = totalInputTokens(usage);
  const { cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  const isCached = cacheReadTokens + cacheWriteTokens > 0;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: outputTokens,
    total_tokens: promptTokens + outputTokens,
    ...(isCached
      ? { prompt_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens } }
      : {}),
    ...(reasoningTokens > 0 ? { completion_tokens_details: { reasoning_tokens: reasoningTokens } } : {}),
  };
}

/** What is known of the usage when an answer begins. */
export function earlyUsageOf(usage: FakeUsage): object {
  return chatUsageOf({ ...usage, outputTokens: 1, reasoningTokens: 0 });
}

function speaks({ parts }: FakeAnswer): boolean {
  return parts.every(({ kind }) => kind !== 'tool-call');
}

function messageOf(answer: FakeAnswer): object {
  const textParts = answer.parts.filter(({ kind }) => kind === 'text');
  const calls = answer.parts.filter((part) => part.kind === 'tool-call');
  const reasoning = answer.parts.find(({ kind }) => kind === 'reasoning');
  return {
    role: 'assistant',
    content: calls.length > 0 ? null : textParts.map(textOf).join(''),
    ...(reasoning === undefined ? {} : { reasoning_content: textOf(reasoning), reasoning_details: [detailOf()] }),
    refusal: null,
    ...(calls.length > 0 ? { tool_calls: calls.map((call) => callOf(call, textOf(call))) } : {}),
  };
}

type ToolCall = Extract<FakePart, { kind: 'tool-call' }>;

function callOf({ id, name, freeText }: ToolCall, input: string): object {
  const named = freeText
    ? { type: 'custom', custom: { name, input } }
    : { type: 'function', function: { name, arguments: input } };
  return { id: `call_${id}`, ...named };
}

/** OpenRouter's place for what other vendors hide; the text itself goes in DeepSeek's. */
function detailOf(): object {
  const data = issueState('openai', THOUGHTS);
  return { type: 'reasoning.encrypted', data, id: 'rs_fake', format: 'openai-responses-v1', index: 0 };
}

function* deltasOf({ parts }: FakeAnswer): Generator<object> {
  let callIndex = 0;
  for (const part of parts) {
    switch (part.kind) {
      case 'reasoning':
        for (const piece of part.pieces) yield { reasoning_content: piece };
        yield { reasoning_details: [detailOf()] };
        break;
      case 'text':
        for (const piece of part.pieces) yield { content: piece };
        break;
      default:
        yield { tool_calls: [{ index: callIndex, ...callOf(part, '') }] };
        for (const piece of part.pieces) {
          const more = part.freeText ? { custom: { input: piece } } : { function: { arguments: piece } };
          yield { tool_calls: [{ index: callIndex, ...more }] };
        }
        callIndex += 1;
    }
  }
}
