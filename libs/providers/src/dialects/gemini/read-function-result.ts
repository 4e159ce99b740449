import { asNonEmptyString, asObject } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { MediaPart, ToolResultPart } from '../../spec/part.js';
import type { CallIds } from './call-ids.js';
import { mediaCarrier, readMedia } from './read-media.js';
import { readList, readMember } from './read-member.js';

/**
 * Reads a `functionResponse`. Google's convention says what its `response` means: `output` alone is what the function
 * gave, `error` alone is why it failed, and any other object is the result as it stands.
 */
export function readFunctionResult(functionResponse: JsonObject, at: string, ids: CallIds): ToolResultPart {
  const name = asNonEmptyString(readMember(functionResponse, 'name'));
  if (name === undefined) throw new RequestUnreadableError(`${at}.name`, 'must be a string with something in it');
  const given = readMember(functionResponse, 'response');
  const response = given === undefined ? {} : asObject(given);
  if (response === undefined) throw new RequestUnreadableError(`${at}.response`, 'must be an object');
  const { text, isError } = readResponse(response);
  const media = readResponseMedia(functionResponse, at);
  return {
    kind: 'tool-result',
    callId: ids.ofResponse(name, asNonEmptyString(readMember(functionResponse, 'id'))),
    name,
    content: text === '' && media.length > 0 ? media : [{ kind: 'text', text }, ...media],
    ...(isError ? { isError } : {}),
  };
}

function readResponse(response: JsonObject): { text: string; isError: boolean } {
  const names = Object.keys(response);
  if (names.length === 0) return { text: '', isError: false };
  const only = names.length === 1 ? names[0] : undefined;
  if (only === 'output' || only === 'error') return { text: textOf(response[only]), isError: only === 'error' };
  return { text: JSON.stringify(response), isError: false };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function readResponseMedia(functionResponse: JsonObject, at: string): readonly MediaPart[] {
  return readList(readMember(functionResponse, 'parts')).flatMap((value, index) => {
    const part = asObject(value);
    const carrier = part === undefined ? undefined : mediaCarrier(part);
    return carrier === undefined ? [] : [readMedia(carrier, `${at}.parts.${index}`)];
  });
}
