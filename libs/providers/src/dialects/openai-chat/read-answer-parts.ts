import { asList, asNonEmptyString, asObject, asString } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { AssistantPart } from '../../spec/part.js';
import { readAnnotations, readSources } from './citations.js';
import { readGoogleState, withTextState } from './google-state.js';
import { readAnswerToolCalls } from './read-answer-tool-calls.js';
import { readMadeAudio, readMadeImages } from './read-made-media.js';
import { readReasoning, readThinkingPart } from './reasoning-details.js';

/** What the parts of a message depend on besides the message. */
export interface AnswerSurroundings {
  readonly answerId: string | undefined;
  /** Perplexity's list of addresses beside the choices. */
  readonly sources: Json | undefined;
}

/**
 * Reads the message of an answer: reasoning first, then what was said, media, and the tool calls. Whatever cannot be
 * read is left out; an answer is not refused for it.
 */
export function readAnswerParts(
  message: JsonObject,
  { answerId, sources }: AnswerSurroundings,
): readonly AssistantPart[] {
  const said = withCitations(readSaid(message), message, sources);
  const refusal = asNonEmptyString(message['refusal']);
  return [
    ...readReasoning(message),
    ...withTextState(said, readGoogleState(message)),
    ...(refusal === undefined ? [] : [{ kind: 'refusal', text: refusal } as const]),
    ...readMadeImages(message['images']),
    ...readMadeAudio(message['audio']),
    ...readAnswerToolCalls(message, answerId),
  ];
}

/** The text of an answer: a string, a list of parts, or the words of what was spoken. */
function readSaid(message: JsonObject): readonly AssistantPart[] {
  const { content } = message;
  const spoken = asNonEmptyString(asObject(message['audio'])?.['transcript']);
  if (typeof content === 'string' && content !== '') return [{ kind: 'text', text: content }];
  const parts = (asList(content) ?? []).flatMap(readContentPart);
  return parts.length === 0 && spoken !== undefined ? [{ kind: 'text', text: spoken }] : parts;
}

function readContentPart(value: Json): readonly AssistantPart[] {
  if (typeof value === 'string') return value === '' ? [] : [{ kind: 'text', text: value }];
  const thinking = readThinkingPart(value);
  if (thinking !== undefined) return thinking;
  const fields = asObject(value);
  const text = asString(fields?.['text']);
  if (text !== undefined && text !== '') return [{ kind: 'text', text }];
  return fields?.['type'] === 'image_url' ? readMadeImages([value]) : [];
}

/** Gives the citations to the first text, which is the only one unless a vendor gives a list. */
function withCitations(
  parts: readonly AssistantPart[],
  message: JsonObject,
  sources: Json | undefined,
): readonly AssistantPart[] {
  const annotated = readAnnotations(message['annotations']);
  const citations = annotated.length > 0 ? annotated : readSources(sources);
  const at = parts.findIndex(({ kind }) => kind === 'text');
  if (citations.length === 0 || at === -1) return parts;
  return parts.map((part, index) => (index === at && part.kind === 'text' ? { ...part, citations } : part));
}
