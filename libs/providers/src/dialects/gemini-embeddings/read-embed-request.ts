import { asCount, asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { EmbeddingsRequest } from '../../spec/embeddings.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import { readList, readMember, unknownMembers } from '../gemini/read-member.js';

const EMBED_MEMBERS: ReadonlySet<string> = new Set(['model', 'content', 'taskType', 'title', 'outputDimensionality']);
const BATCH_MEMBERS: ReadonlySet<string> = new Set(['model', 'requests', 'dropTuningParams']);

/** One request to embed one text. */
interface EmbedRequest {
  readonly input: string;
  readonly dimensions: number | undefined;
  readonly taskType: string | undefined;
  readonly title: string | undefined;
}

/** @throws RequestUnreadableError for an `embedContent` body that Google would refuse, or that holds more than text. */
export function readEmbedContent(body: JsonObject): EmbeddingsRequest {
  const { input, dimensions, taskType, title } = readEmbedRequest(body, '');
  return compact({
    inputs: [input],
    dimensions,
    encoding: 'float' as const,
    taskType,
    title,
    unknownNames: unknownMembers(body, new Set([...EMBED_MEMBERS, 'dropTuningParams'])),
  }) as EmbeddingsRequest;
}

/**
 * Reads a `batchEmbedContents` body. The vectors of a batch are asked for together, so its requests must agree on
 * purpose and dimensions. Titles that differ are left out and reported: they only tune.
 *
 * @throws RequestUnreadableError for a body that Google would refuse, that holds more than text, or whose requests
 *   differ in what they ask for.
 */
export function readBatchEmbedContents(body: JsonObject): EmbeddingsRequest {
  const list = readList(readMember(body, 'requests'));
  if (list.length === 0) throw new RequestUnreadableError('requests', 'must hold at least one request');
  const objects = list.map((value, index) => requireObject(value, `requests.${index}`));
  const requests = objects.map((request, index) => readEmbedRequest(request, `requests.${index}.`));
  const first = requests[0];
  requests.forEach((request, index) => {
    for (const name of ['taskType', 'dimensions'] as const) {
      if (request[name] === first?.[name]) continue;
      const field = name === 'dimensions' ? 'outputDimensionality' : name;
      throw new RequestUnreadableError(`requests.${index}.${field}`, 'must be the same in all requests of a batch');
    }
  });
  const titlesAgree = requests.every(({ title }) => title === first?.title);
  const unknown = new Set(objects.flatMap((request) => unknownMembers(request, EMBED_MEMBERS)));
  return compact({
    inputs: requests.map(({ input }) => input),
    dimensions: first?.dimensions,
    encoding: 'float' as const,
    taskType: first?.taskType,
    title: titlesAgree ? first?.title : undefined,
    unknownNames: [
      ...unknownMembers(body, BATCH_MEMBERS),
      ...[...unknown].map((name) => `requests.${name}`),
      ...(titlesAgree ? [] : ['requests.title']),
    ],
  }) as EmbeddingsRequest;
}

function readEmbedRequest(request: JsonObject, prefix: string): EmbedRequest {
  const given = readMember(request, 'outputDimensionality');
  const dimensions = given === undefined ? undefined : asCount(Number(given));
  if (given !== undefined && (dimensions === undefined || dimensions === 0)) {
    throw new RequestUnreadableError(`${prefix}outputDimensionality`, 'must be a whole number above 0');
  }
  return {
    input: readText(readMember(request, 'content'), `${prefix}content`),
    dimensions,
    taskType: asNonEmptyString(readMember(request, 'taskType')),
    title: asNonEmptyString(readMember(request, 'title')),
  };
}

/** The text of a content; Google makes one vector of all of its parts. */
function readText(value: Json | undefined, field: string): string {
  if (typeof value === 'string') return value;
  const parts = readList(readMember(requireObject(value, field), 'parts'));
  if (parts.length === 0) throw new RequestUnreadableError(`${field}.parts`, 'must hold at least one part');
  return parts
    .map((part, index) => {
      const text = asObject(part)?.['text'];
      if (typeof text !== 'string') throw new RequestUnreadableError(`${field}.parts.${index}`, 'must be text');
      return text;
    })
    .join('\n');
}

function requireObject(value: Json | undefined, field: string): JsonObject {
  const object = asObject(value);
  if (object === undefined) throw new RequestUnreadableError(field, 'must be an object');
  return object;
}
