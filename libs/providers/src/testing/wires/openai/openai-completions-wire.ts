import { z } from 'zod';
import { textOf, type FakeAnswer } from '../../model/fake-answer.js';
import { sseFraming, type Frame } from '../framing.js';
import { parseBody } from '../parse-body.js';
import type { FrameManner, Question, Wire } from '../wire.js';
import { chatUsageOf, CREATED_SECONDS, earlyUsageOf, finishReasonOf, reportsUsage } from './chat-answer.js';
import { samplingFields } from './chat-schema.js';
import { checkAzureCall } from './azure.js';
import { openAiErrorFrame, openAiQuestion } from './openai-chat-wire.js';
import { OPENAI_VENDOR } from './openai-vendor.js';

const schema = z.strictObject({
  ...samplingFields,
  model: z.string().optional(),
  prompt: z.union([z.string(), z.array(z.string()), z.array(z.int()), z.array(z.array(z.int()))]),
  best_of: z.int().nullish(),
  echo: z.boolean().nullish(),
  logprobs: z.int().max(5).nullish(),
  suffix: z.string().nullish(),
});

/** OpenAI's older `POST /v1/completions`. */
export const OPENAI_COMPLETIONS_WIRE: Wire = {
  name: 'openai-completions',
  vendor: OPENAI_VENDOR,
  question: openAiQuestion,
  read({ call }) {
    checkAzureCall(call);
    const body = parseBody(schema, call, OPENAI_VENDOR);
    return {
      systemText: '',
      turns: [{ role: 'user', text: [body.prompt].flat().join(' '), media: [] }],
      tools: [],
      toolChoice: 'none',
      parallelCalls: false,
      outputSchema: undefined,
      thinking: 'none',
      stop: typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []),
      outputTokensMax: body.max_tokens ?? undefined,
      cache: undefined,
    };
  },
  document: (answer, question) => ({
    ...headOf(answer, question),
    choices: [choiceOf(answer.parts.map(textOf).join(''), finishReasonOf(answer))],
    ...(answer.reportsUsage === 'never' ? {} : { usage: chatUsageOf(answer.usage) }),
  }),
  hollow: (document) => ({ ...document, choices: [] }),
  frames: completionFrames,
  framing: () => sseFraming('\n'),
  errorFrame: openAiErrorFrame,
  unknownFrame: { role: 'bracket', event: 'vendor.telemetry', data: { object: 'vendor.telemetry', choices: [] } },
};

function headOf({ id }: FakeAnswer, { model }: Question): object {
  return { id: `cmpl-${id}`, object: 'text_completion', created: CREATED_SECONDS, model };
}

function choiceOf(text: string, finishReason: string | null): object {
  return { text, index: 0, logprobs: null, finish_reason: finishReason };
}

function* completionFrames(answer: FakeAnswer, question: Question, manner: FrameManner): Generator<Frame> {
  const head = headOf(answer, question);
  const reports = reportsUsage(answer, question);
  const early = reports && manner.earlyUsage === true ? { usage: earlyUsageOf(answer.usage) } : {};
  for (const piece of answer.parts.flatMap(({ pieces }) => pieces)) {
    yield { role: 'content', data: { ...head, choices: [choiceOf(piece, null)], ...early } };
  }
  yield { role: 'finish', data: { ...head, choices: [choiceOf('', finishReasonOf(answer))] } };
  if (reports) yield { role: 'usage', data: { ...head, choices: [], usage: chatUsageOf(answer.usage) } };
  yield { role: 'terminal', data: '[DONE]' };
}
