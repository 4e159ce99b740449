import { asNonEmptyString, asObject, asString } from '../../json/read-json.js';
import { readState } from '../../hub/state-envelope.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { MediaPart, TextPart, ToolResultPart, UnknownPart, UserPart } from '../../spec/part.js';
import type { Message } from '../../spec/model-request.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { CallIds } from './call-ids.js';
import { ModelParts } from './model-parts.js';
import { readFunctionResult } from './read-function-result.js';
import { mediaCarrier, readMedia } from './read-media.js';
import { readList, readMember } from './read-member.js';

/** Members of a part that do not say what it is. */
const QUALIFIERS: ReadonlySet<string> = new Set(['thought', 'thoughtSignature', 'thought_signature', 'partMetadata']);

/** A part, and where in the body it stands. */
export interface PlacedPart {
  readonly part: JsonObject;
  readonly at: string;
}

/**
 * Reads `contents` into messages. Neighbouring contents of the model are one turn: Google's SDKs keep every chunk of a
 * stream as a content of its own. Function responses stand before what else their content holds, because every other
 * dialect wants them right behind the calls.
 *
 * @throws RequestUnreadableError for contents that Google would refuse.
 */
export function readContents(value: Json | undefined): readonly Message[] {
  const contents = readList(value);
  if (contents.length === 0) throw new RequestUnreadableError('contents', 'must hold at least one content');
  const ids = new CallIds();
  const messages: Message[] = [];
  let turn: ModelParts | undefined;
  for (const [index, content] of contents.entries()) {
    const { isModel, parts } = readContent(content, `contents.${index}`);
    if (!isModel) {
      turn = undefined;
      messages.push(...readUserContent(parts, ids));
    } else if (turn === undefined) {
      turn = new ModelParts();
      readModelParts(parts, ids, turn);
      messages.push({ role: 'assistant', parts: turn.list });
    } else {
      turn.nextContent();
      readModelParts(parts, ids, turn);
    }
  }
  return messages.filter(({ parts }) => parts.length > 0);
}

/** The parts of a content, with where each stands. */
export function readParts(content: JsonObject, field: string): readonly PlacedPart[] {
  return readList(readMember(content, 'parts')).map((value, index) => {
    const part = asObject(value);
    const at = `${field}.parts.${index}`;
    if (part === undefined) throw new RequestUnreadableError(at, 'must be an object');
    return { part, at };
  });
}

/** The text of a part, or undefined when the part is of another kind. */
export function readText(part: JsonObject, at: string): string | undefined {
  const text = readMember(part, 'text');
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw new RequestUnreadableError(`${at}.text`, 'must be a string');
  return text;
}

function readContent(value: Json, field: string): { isModel: boolean; parts: readonly PlacedPart[] } {
  const content = asObject(value);
  if (content === undefined) throw new RequestUnreadableError(field, 'must be an object');
  const role = readMember(content, 'role') ?? 'user';
  if (role !== 'model' && role !== 'user' && role !== 'function' && role !== 'tool') {
    throw new RequestUnreadableError(`${field}.role`, 'must be "user" or "model"');
  }
  return { isModel: role === 'model', parts: readParts(content, field) };
}

function readUserContent(parts: readonly PlacedPart[], ids: CallIds): Message[] {
  const results: ToolResultPart[] = [];
  const said: UserPart[] = [];
  for (const { part, at } of parts) {
    const response = asObject(readMember(part, 'functionResponse'));
    if (response === undefined) said.push(readUserPart(part, at));
    else results.push(readFunctionResult(response, `${at}.functionResponse`, ids));
  }
  const withText = said.filter((part) => part.kind !== 'text' || part.text !== '');
  const user = withText.length === 0 ? said.slice(0, results.length === 0 ? 1 : 0) : withText;
  return [
    ...(results.length === 0 ? [] : [{ role: 'tool' as const, parts: results }]),
    ...(user.length === 0 ? [] : [{ role: 'user' as const, parts: user }]),
  ];
}

function readUserPart(part: JsonObject, at: string): UserPart {
  const text = readText(part, at);
  return text === undefined
    ? (readMediaPart(part, at) ?? unknownPart(part))
    : ({ kind: 'text', text } satisfies TextPart);
}

function readModelParts(parts: readonly PlacedPart[], ids: CallIds, out: ModelParts): void {
  for (const { part, at } of parts) {
    const state = readSignature(part);
    const text = readText(part, at);
    const call = asObject(readMember(part, 'functionCall'));
    if (text !== undefined && readMember(part, 'thought') === true) out.reasoning(text, state);
    else if (text !== undefined) out.text(text, state);
    else if (call !== undefined) readCall(call, `${at}.functionCall`, state, ids, out);
    else {
      const media = readMediaPart(part, at);
      if (media !== undefined) out.media(media, state);
      // A part that holds nothing but a signature is Google's way to give one for no part in particular.
      else if (isEmptyPart(part)) out.text('', state);
      else out.unknown(unknownPart(part));
    }
  }
}

function readCall(call: JsonObject, at: string, state: ProviderState | undefined, ids: CallIds, out: ModelParts): void {
  const name = asNonEmptyString(readMember(call, 'name'));
  if (name === undefined) throw new RequestUnreadableError(`${at}.name`, 'must be a string with something in it');
  const given = readMember(call, 'args');
  const args = given === undefined ? {} : asObject(given);
  if (args === undefined) throw new RequestUnreadableError(`${at}.args`, 'must be an object');
  out.call(ids.ofCall(name, asNonEmptyString(readMember(call, 'id'))), name, JSON.stringify(args), state);
}

/** A medium of which only a section counts has no word in the hub; without the section it would mean something else. */
function readMediaPart(part: JsonObject, at: string): MediaPart | undefined {
  const carrier = mediaCarrier(part);
  if (carrier === undefined || readMember(part, 'videoMetadata') !== undefined) return undefined;
  return readMedia(carrier, at);
}

function readSignature(part: JsonObject): ProviderState | undefined {
  const signature = asNonEmptyString(asString(readMember(part, 'thoughtSignature')));
  return signature === undefined ? undefined : readState(signature, 'gemini');
}

function isEmptyPart(part: JsonObject): boolean {
  return Object.keys(part).every((name) => QUALIFIERS.has(name));
}

function unknownPart(part: JsonObject): UnknownPart {
  const names = Object.keys(part).filter((name) => !QUALIFIERS.has(name));
  const section = names.find((name) => name === 'videoMetadata' || name === 'video_metadata');
  return { kind: 'unknown', type: section ?? names[0] ?? 'empty', value: part };
}
