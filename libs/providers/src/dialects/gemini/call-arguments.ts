import { parseObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';

/**
 * The arguments of a call as the object that Gemini wants; undefined when the model wrote something else, for example
 * because its answer was cut. No text is no arguments; free text stands in `input`.
 */
export function readCallArguments(argumentsText: string, freeText: boolean | undefined): JsonObject | undefined {
  if (freeText === true) return { input: argumentsText };
  return argumentsText.trim() === '' ? {} : parseObject(argumentsText);
}
