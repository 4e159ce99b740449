import { parseObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';

/** The name under which free text stands in the object that a tool's input must be. */
export const FREE_TEXT_MEMBER = 'input';

/**
 * The `input` of a tool call, which must be an object whatever the model wrote. No arguments are `{}`. What is no JSON
 * object stands as text under `INVALID_JSON`, the name that Anthropic's documentation gives it, so that it is neither lost
 * nor taken for something that the model said.
 */
export function toToolInput(argumentsText: string, freeText?: boolean): JsonObject {
  if (freeText === true) return { [FREE_TEXT_MEMBER]: argumentsText };
  if (argumentsText.trim() === '') return {};
  return parseObject(argumentsText) ?? { INVALID_JSON: argumentsText };
}
