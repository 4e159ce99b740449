import { parseObject } from '../../../json/read-json.js';
import {
  textOf,
  totalInputTokens,
  type FakeAnswer,
  type FakeFinish,
  type FakePart,
  type FakeUsage,
} from '../../model/fake-answer.js';
import { issueState } from '../../model/issued-state.js';
import type { Frame, FrameRole } from '../framing.js';
import type { Question, FrameManner } from '../wire.js';

/** Every answer claims to have taken this long, so that equal requests get equal bytes. */
const LATENCY_MS = 7;

/** What Bedrock puts into every event so that its length tells nothing. */
const PADDING = 'abcdefghijklmno';

const STOP_REASONS: Readonly<Record<FakeFinish, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'content_filtered',
};

/** The answer as one `ConverseResponse`. */
export function converseResponseOf(answer: FakeAnswer): object {
  return {
    metrics: { latencyMs: LATENCY_MS },
    output: { message: { role: 'assistant', content: answer.parts.map(blockOf) } },
    stopReason: STOP_REASONS[answer.finish],
    ...(answer.reportsUsage === 'never' ? {} : { usage: converseUsageOf(answer.usage) }),
  };
}

/** The answer as events. Text has no start of its own, as there. */
export function* converseFrames(answer: FakeAnswer, _question: Question, manner: FrameManner): Generator<Frame> {
  const metadata = (usage: FakeUsage): object => ({
    metrics: { latencyMs: LATENCY_MS },
    ...(answer.reportsUsage === 'never' ? {} : { usage: converseUsageOf(usage) }),
  });
  yield frame('opening', 'messageStart', { role: 'assistant' });
  if (manner.earlyUsage === true) {
    yield frame('usage', 'metadata', metadata({ ...answer.usage, outputTokens: 1, reasoningTokens: 0 }));
  }
  for (const [contentBlockIndex, part] of answer.parts.entries()) yield* blockFrames(part, contentBlockIndex);
  yield frame('finish', 'messageStop', { stopReason: STOP_REASONS[answer.finish] });
  yield frame('terminal', 'metadata', metadata(answer.usage));
}

function* blockFrames(part: FakePart, contentBlockIndex: number): Generator<Frame> {
  if (part.kind === 'tool-call') {
    const start = { toolUse: { toolUseId: idOf(part), name: part.name } };
    yield frame('bracket', 'contentBlockStart', { contentBlockIndex, start });
  }
  for (const piece of part.pieces) {
    yield frame('content', 'contentBlockDelta', { contentBlockIndex, delta: deltaOf(part, piece) });
  }
  if (part.kind === 'reasoning') {
    const delta = { reasoningContent: { signature: issueState('anthropic', textOf(part)) } };
    yield frame('content', 'contentBlockDelta', { contentBlockIndex, delta });
  }
  yield frame('bracket', 'contentBlockStop', { contentBlockIndex });
}

function frame(role: FrameRole, event: string, data: object): Frame {
  return { role, event, data: { ...data, p: PADDING } };
}

function idOf({ id }: Extract<FakePart, { kind: 'tool-call' }>): string {
  return `tooluse_${id}`;
}

function blockOf(part: FakePart): object {
  const text = textOf(part);
  switch (part.kind) {
    case 'reasoning':
      return { reasoningContent: { reasoningText: { text, signature: issueState('anthropic', text) } } };
    case 'text':
      return { text };
    default:
      return { toolUse: { toolUseId: idOf(part), name: part.name, input: parseObject(text) ?? {} } };
  }
}

function deltaOf({ kind }: FakePart, piece: string): object {
  switch (kind) {
    case 'reasoning':
      return { reasoningContent: { text: piece } };
    case 'text':
      return { text: piece };
    default:
      return { toolUse: { input: piece } };
  }
}

/** Usage in Bedrock's words: the input excludes the cache, the total includes it. */
function converseUsageOf(usage: FakeUsage): object {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens } = usage;
  const details = [
    { ttl: '5m', inputTokens: cacheWriteTokens - cacheWrite1hTokens },
    { ttl: '1h', inputTokens: cacheWrite1hTokens },
  ].filter((one) => one.inputTokens > 0);
  return {
    inputTokens,
    outputTokens,
    totalTokens: totalInputTokens(usage) + outputTokens,
    ...(cacheReadTokens + cacheWriteTokens > 0
      ? { cacheReadInputTokens: cacheReadTokens, cacheWriteInputTokens: cacheWriteTokens, cacheDetails: details }
      : {}),
  };
}
