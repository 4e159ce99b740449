import type { Json } from '#providers';
import { finishOf, type ClientView, type DialectReader } from './client-view.js';
import { dig, digList, digText } from './dig.js';

/** Reads Gemini's responses, which are the same in streams. */
export const geminiReader: DialectReader = { document: readResponse, event: readResponse };

function readResponse(value: Json): Partial<ClientView> {
  const error = digText(value, 'error', 'message');
  if (error !== undefined) return { error };
  const candidate = dig(value, 'candidates', 0);
  const parts = digList(candidate, 'content', 'parts');
  const calls = parts.map((part) => dig(part, 'functionCall', 'args')).filter((args) => args !== undefined);
  const finish = finishOf(digText(candidate, 'finishReason'));
  return {
    text: parts.map((part) => digText(part, 'text') ?? '').join(''),
    toolInput: calls.map((args) => JSON.stringify(args)).join(''),
    // Google has no word of its own for an answer that ends with a call.
    finish: finish === 'stop' && calls.length > 0 ? 'tool-call' : finish,
  };
}
