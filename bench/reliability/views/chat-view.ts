import type { Json } from '#providers';
import { finishOf, type DialectReader, type ClientView } from './client-view.js';
import { dig, digList, digText } from './dig.js';

/** Reads chat completions and their chunks. */
export const chatReader: DialectReader = {
  document: (document) => readChoice(document, 'message'),
  event: (event) => readChoice(event, 'delta'),
};

function readChoice(value: Json, member: 'message' | 'delta'): Partial<ClientView> {
  const error = digText(value, 'error', 'message');
  if (error !== undefined) return { error };
  const choice = dig(value, 'choices', 0);
  const calls = digList(choice, member, 'tool_calls');
  return {
    text: digText(choice, member, 'content') ?? '',
    toolInput: calls.map((call) => digText(call, 'function', 'arguments') ?? '').join(''),
    finish: finishOf(digText(choice, 'finish_reason')),
  };
}
