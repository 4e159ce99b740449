import type { DemoAnswer } from './demo-answer.js';

/** The model that the demo provider serves. */
export const DEMO_MODEL = 'demo-1';

/** An answer as one OpenAI `chat.completion` object. */
export function completionOf(answer: DemoAnswer, createdSeconds: number): object {
  return {
    ...envelope(answer, createdSeconds, 'chat.completion'),
    choices: [{ index: 0, message: messageOf(answer), logprobs: null, finish_reason: answer.finishReason }],
    usage: answer.usage,
  };
}

/** An answer as the `chat.completion.chunk` objects of a stream, in order; the last one carries usage when asked for. */
export function* chunksOf(answer: DemoAnswer, createdSeconds: number, includeUsage: boolean): Generator<object> {
  const head = envelope(answer, createdSeconds, 'chat.completion.chunk');
  const absent = includeUsage ? { usage: null } : {};
  const chunk = (delta: object, finishReason: string | null): object => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...absent,
  });
  yield chunk({ role: 'assistant', content: answer.toolCall === undefined ? '' : null }, null);
  if (answer.toolCall !== undefined) yield chunk({ tool_calls: [{ index: 0, ...toolCallOf(answer) }] }, null);
  for (const word of answer.words) yield chunk({ content: word }, null);
  yield chunk({}, answer.finishReason);
  if (includeUsage) yield { ...head, choices: [], usage: answer.usage };
}

/** An error in OpenAI's shape. */
export function errorOf(message: string, code: string): object {
  return { error: { message, type: 'invalid_request_error', param: null, code } };
}

/** The list of models. */
export function modelList(): object {
  return { object: 'list', data: [{ id: DEMO_MODEL, object: 'model', created: 0, owned_by: 'demo' }] };
}

function envelope(answer: DemoAnswer, createdSeconds: number, object: string): object {
  return { id: `chatcmpl-demo-${answer.id}`, object, created: createdSeconds, model: DEMO_MODEL };
}

function messageOf(answer: DemoAnswer): object {
  if (answer.toolCall === undefined) return { role: 'assistant', content: answer.words.join(''), refusal: null };
  return { role: 'assistant', content: null, refusal: null, tool_calls: [toolCallOf(answer)] };
}

function toolCallOf(answer: DemoAnswer): object {
  return { id: `call_demo_${answer.id}`, type: 'function', function: answer.toolCall };
}
