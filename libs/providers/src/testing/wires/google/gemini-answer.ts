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
import { THOUGHTS } from '../../model/usage-figures.js';
import type { Frame } from '../framing.js';
import type { Question } from '../wire.js';

const FINISH_REASONS: Readonly<Record<FakeFinish, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
};

/** The answer as one `GenerateContentResponse`. */
export function contentResponseOf(answer: FakeAnswer, question: Question): object {
  const signed = signedPart(answer);
  const parts = answer.parts.flatMap((part) => partsOf(part, [textOf(part)], part === signed));
  return responseOf(answer, question, parts, FINISH_REASONS[answer.finish], answer.usage);
}

/** The answer as chunks, each a response of its own. A function call is never cut; usage is in every chunk. */
export function* contentFrames(answer: FakeAnswer, question: Question): Generator<Frame> {
  const early: FakeUsage = { ...answer.usage, outputTokens: answer.usage.reasoningTokens };
  const signed = signedPart(answer);
  for (const part of answer.parts) {
    for (const one of partsOf(part, part.pieces, part === signed)) {
      yield { role: 'content', data: responseOf(answer, question, [one], undefined, early) };
    }
  }
  const last = responseOf(answer, question, [{ text: '' }], FINISH_REASONS[answer.finish], answer.usage);
  yield { role: 'terminal', data: last };
}

/** Which part carries the signature of the thoughts: the first call, else the last text. */
function signedPart({ parts }: FakeAnswer): FakePart | undefined {
  if (!parts.some(({ kind }) => kind === 'reasoning')) return undefined;
  return parts.find(({ kind }) => kind === 'tool-call') ?? parts.findLast(({ kind }) => kind === 'text');
}

function partsOf(part: FakePart, pieces: readonly string[], isSigned: boolean): object[] {
  const signature = isSigned ? { thoughtSignature: issueState('google', THOUGHTS) } : {};
  switch (part.kind) {
    case 'reasoning':
      return part.pieces.length === 0 ? [] : pieces.map((text) => ({ text, thought: true }));
    case 'text':
      return pieces.map((text, index) => ({ text, ...(index === pieces.length - 1 ? signature : {}) }));
    default:
      return [{ functionCall: { name: part.name, args: parseObject(textOf(part)) ?? {} }, ...signature }];
  }
}

function responseOf(
  answer: FakeAnswer,
  { model }: Question,
  parts: readonly object[],
  finishReason: string | undefined,
  usage: FakeUsage,
): object {
  const candidate = {
    content: { parts, role: 'model' },
    ...(finishReason === undefined ? {} : { finishReason }),
    index: 0,
  };
  return {
    candidates: [candidate],
    ...(answer.reportsUsage === 'never' ? {} : { usageMetadata: usageMetadataOf(usage) }),
    modelVersion: model,
    responseId: answer.id,
  };
}

/** Usage in Google's words: thoughts stand beside the candidates, cached tokens are part of the prompt. */
function usageMetadataOf(usage: FakeUsage): object {
  const promptTokenCount = totalInputTokens(usage);
  const candidatesTokenCount = usage.outputTokens - usage.reasoningTokens;
  const cachedContentTokenCount = usage.cacheReadTokens;
  return {
    promptTokenCount,
    candidatesTokenCount,
    totalTokenCount: promptTokenCount + usage.outputTokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptTokenCount }],
    ...(cachedContentTokenCount > 0 ? { cachedContentTokenCount } : {}),
    ...(usage.reasoningTokens > 0 ? { thoughtsTokenCount: usage.reasoningTokens } : {}),
  };
}
