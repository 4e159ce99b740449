import type { Json } from '#providers';
import { finishOf, type ClientView, type DialectReader } from './client-view.js';
import { digList, digText } from './dig.js';

/** Reads OpenAI's responses and their events. */
export const responsesReader: DialectReader = {
  document: (document) => {
    const error = digText(document, 'error', 'message');
    if (error !== undefined) return { error };
    const items = digList(document, 'output');
    return {
      text: items.flatMap((item) => digList(item, 'content').map((part) => digText(part, 'text') ?? '')).join(''),
      toolInput: items.map((item) => digText(item, 'arguments') ?? '').join(''),
      ...endOf(document),
    };
  },
  event: (event) => {
    const type = digText(event, 'type');
    switch (type) {
      case 'response.output_text.delta':
        return { text: digText(event, 'delta') ?? '' };
      case 'response.function_call_arguments.delta':
        return { toolInput: digText(event, 'delta') ?? '' };
      case 'error':
        return { error: digText(event, 'message') ?? digText(event, 'error', 'message') ?? '' };
      case 'response.failed':
        return { error: digText(event, 'response', 'error', 'message') ?? '' };
      case 'response.completed':
      case 'response.incomplete':
        return { ...endOf(event['response']), terminal: true };
      default:
        return {};
    }
  },
};

function endOf(response: Json | undefined): Partial<ClientView> {
  const calls = digList(response, 'output').some((item) => digText(item, 'type') === 'function_call');
  const reason = digText(response, 'incomplete_details', 'reason');
  const finish = finishOf(reason ?? digText(response, 'status'));
  return { finish: finish === 'stop' && calls ? 'tool-call' : finish };
}
