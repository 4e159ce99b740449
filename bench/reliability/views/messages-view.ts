import type { Json } from '#providers';
import { finishOf, type DialectReader } from './client-view.js';
import { dig, digList, digText } from './dig.js';

/** Reads Anthropic's messages and their events. */
export const messagesReader: DialectReader = {
  document: (document) => {
    const error = digText(document, 'error', 'message');
    if (error !== undefined) return { error };
    const blocks = digList(document, 'content');
    const inputs = blocks.map((block) => dig(block, 'input')).filter((input) => input !== undefined);
    return {
      text: blocks.map((block) => digText(block, 'text') ?? '').join(''),
      toolInput: inputs.map((input: Json) => JSON.stringify(input)).join(''),
      finish: finishOf(digText(document, 'stop_reason')),
    };
  },
  event: (event) => {
    const error = digText(event, 'error', 'message');
    if (error !== undefined) return { error };
    return {
      text: digText(event, 'delta', 'text') ?? '',
      toolInput: digText(event, 'delta', 'partial_json') ?? '',
      finish: finishOf(digText(event, 'delta', 'stop_reason')),
      terminal: digText(event, 'type') === 'message_stop',
    };
  },
};
