import type { AnswerBehaviour } from './behaviour.js';

/** What a request says that its answer depends on. */
export interface ChatQuestion {
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** Every answer claims this moment, so that equal requests get equal bytes. Seconds since the epoch. */
const CREATED_SECONDS = 1_700_000_000;
const WORDS = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel'];
const TOOL_CALL_ID = 'call_fake_1';

/** The answer's text in the pieces that a stream sends; they join to what a plain answer says. */
export function piecesOf(behaviour: AnswerBehaviour): readonly string[] {
  if (behaviour.toolCall !== undefined) return [];
  if (behaviour.text === undefined) {
    return Array.from({ length: behaviour.chunks }, (_, index) => `${WORDS[index % WORDS.length]} `);
  }
  // By code points: a piece is a string of its own in JSON, which half a surrogate pair would spoil.
  const points = [...behaviour.text];
  const count = Math.min(behaviour.chunks, points.length);
  const boundary = (index: number): number => Math.floor((index * points.length) / count);
  return Array.from({ length: count }, (_, index) => points.slice(boundary(index), boundary(index + 1)).join(''));
}

/** The answer as one `chat.completion` object. */
export function completionOf(question: ChatQuestion, behaviour: AnswerBehaviour): object {
  const { toolCall } = behaviour;
  const message =
    toolCall === undefined
      ? { role: 'assistant', content: piecesOf(behaviour).join(''), refusal: null }
      : { role: 'assistant', content: null, tool_calls: [{ id: TOOL_CALL_ID, type: 'function', function: toolCall }] };
  return {
    id: 'chatcmpl-fake',
    object: 'chat.completion',
    created: CREATED_SECONDS,
    model: question.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReasonOf(behaviour) }],
    ...(behaviour.usage === 'never' ? {} : { usage: usageOf(behaviour) }),
  };
}

/** The answer as `chat.completion.chunk` objects: first the role, then content or tool call, then the finish. */
export function* chunksOf(question: ChatQuestion, behaviour: AnswerBehaviour): Generator<object> {
  const reports = behaviour.usage === 'always' || (behaviour.usage === 'asked' && question.includeUsage);
  const head = {
    id: 'chatcmpl-fake',
    object: 'chat.completion.chunk',
    created: CREATED_SECONDS,
    model: question.model,
  };
  const chunk = (delta: object, finishReason: string | null = null): object => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...(reports ? { usage: null } : {}),
  });
  yield chunk({ role: 'assistant', content: behaviour.toolCall === undefined ? '' : null });
  for (const delta of deltasOf(behaviour)) yield chunk(delta);
  if (behaviour.end === 'no-finish') return;
  yield chunk({}, finishReasonOf(behaviour));
  if (reports) yield { ...head, choices: [], usage: usageOf(behaviour) };
}

/** An error in OpenAI's shape, with the type and code that go with the status there. */
export function errorOf(status: number, message = `The fake upstream answers ${status}.`): object {
  const [type, code] = ERROR_CODES[status] ?? ['server_error', null];
  return { error: { message, type, param: null, code } };
}

const ERROR_CODES: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  400: ['invalid_request_error', null],
  401: ['invalid_request_error', 'invalid_api_key'],
  404: ['invalid_request_error', 'model_not_found'],
  413: ['invalid_request_error', 'request_too_large'],
  429: ['requests', 'rate_limit_exceeded'],
  529: ['overloaded_error', null],
};

function deltasOf(behaviour: AnswerBehaviour): readonly object[] {
  const { toolCall } = behaviour;
  if (toolCall === undefined) return piecesOf(behaviour).map((content) => ({ content }));
  const middle = Math.ceil(toolCall.arguments.length / 2);
  const named = { id: TOOL_CALL_ID, type: 'function', function: { name: toolCall.name, arguments: '' } };
  const parts = [toolCall.arguments.slice(0, middle), toolCall.arguments.slice(middle)];
  return [named, ...parts.map((part) => ({ function: { arguments: part } }))].map((call) => ({
    tool_calls: [{ index: 0, ...call }],
  }));
}

function finishReasonOf(behaviour: AnswerBehaviour): string {
  return behaviour.toolCall === undefined ? 'stop' : 'tool_calls';
}

function usageOf(behaviour: AnswerBehaviour): object {
  const completionTokens = behaviour.completionTokens ?? Math.max(1, piecesOf(behaviour).length);
  return {
    prompt_tokens: behaviour.promptTokens,
    completion_tokens: completionTokens,
    total_tokens: behaviour.promptTokens + completionTokens,
  };
}
