import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { AssistantPart } from '../../spec/part.js';
import { writeNativeReasoningDetail } from './reasoning-details.js';

/**
 * Writes the reasoning of an earlier turn, as far as the provider's models understand it.
 *
 * States go into `reasoning_details`. OpenAI itself is the exception: its chat interface has no reasoning, and refuses
 * members that it does not know. Reasoning in plain words, without a state, goes back as `reasoning_content` to vendors
 * with a family of their own (`x-…`): DeepSeek and its like want it within a turn that calls tools.
 */
export function writeReasoning(parts: readonly AssistantPart[], context: WriteContext): JsonObject {
  const { stateFamily } = context;
  const details: JsonObject[] = [];
  let plain = '';
  for (const part of parts) {
    if (part.kind !== 'reasoning') continue;
    const { text, state } = part;
    if (state !== undefined && state.family === stateFamily && stateFamily !== 'openai') {
      details.push(writeNativeReasoningDetail(text, state, details.length));
    } else if (state === undefined && stateFamily?.startsWith('x-') === true) {
      plain += text;
    } else if (text !== '') {
      context.losses.drop('reasoning', 'the model does not understand the reasoning of another');
    }
  }
  return compact({
    reasoning_content: plain === '' ? undefined : plain,
    reasoning_details: details.length === 0 ? undefined : details,
  });
}
