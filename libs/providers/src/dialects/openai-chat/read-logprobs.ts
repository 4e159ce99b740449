import { asObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { objectsOf } from './objects-of.js';

/** The log probabilities of a choice's text, one object per token; undefined when there are none. */
export function readLogprobs(choice: JsonObject): readonly JsonObject[] | undefined {
  const tokens = objectsOf(asObject(choice['logprobs'])?.['content']);
  return tokens.length === 0 ? undefined : tokens;
}
