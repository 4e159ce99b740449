import { asBoolean, asNonEmptyString, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { OutputFormat, Parameters, ReasoningEffort, ReasoningRequest } from '../../spec/model-request.js';
import { readList, readMember, unknownMembers } from './read-member.js';
import { readSchema } from './read-schema.js';

const FIELD = 'generationConfig';

const KNOWN: ReadonlySet<string> = new Set([
  'temperature',
  'topP',
  'topK',
  'maxOutputTokens',
  'stopSequences',
  'candidateCount',
  'presencePenalty',
  'frequencyPenalty',
  'seed',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseFormat',
  'responseModalities',
  'responseLogprobs',
  'logprobs',
  'thinkingConfig',
]);

const LEVELS: ReadonlyMap<string, ReasoningEffort> = new Map([
  ['MINIMAL', 'minimal'],
  ['LOW', 'low'],
  ['MEDIUM', 'medium'],
  ['HIGH', 'high'],
]);

/** What `generationConfig` says: what the hub has a word for, and the names of the rest. */
export interface GenerationConfig {
  readonly parameters: Parameters;
  readonly unknownNames: readonly string[];
}

/** @throws RequestUnreadableError for a value of the wrong type. */
export function readGenerationConfig(value: Json | undefined): GenerationConfig {
  if (value === undefined) return { parameters: {}, unknownNames: [] };
  const config = asObject(value);
  if (config === undefined) throw new RequestUnreadableError(FIELD, 'must be an object');
  const format = readOutputFormat(config);
  const parameters: Parameters = compact({
    maxOutputTokens: readNumber(config, 'maxOutputTokens'),
    temperature: readNumber(config, 'temperature'),
    topP: readNumber(config, 'topP'),
    topK: readNumber(config, 'topK'),
    stop: readStrings(config, 'stopSequences'),
    presencePenalty: readNumber(config, 'presencePenalty'),
    frequencyPenalty: readNumber(config, 'frequencyPenalty'),
    seed: readNumber(config, 'seed'),
    candidateCount: readNumber(config, 'candidateCount'),
    logprobs: asBoolean(readMember(config, 'responseLogprobs')),
    topLogprobs: readNumber(config, 'logprobs'),
    outputFormat: format,
    reasoning: readThinking(asObject(readMember(config, 'thinkingConfig'))),
    modalities: readModalities(config),
  }) as Parameters;
  const unknown = [...unknownMembers(config, KNOWN), ...(hasForeignMimeType(config) ? ['responseMimeType'] : [])];
  return { parameters, unknownNames: unknown.map((name) => `${FIELD}.${name}`) };
}

/** Google's parser takes numbers as JSON strings, too, as all of its 64-bit integers are written. */
function readNumber(config: JsonObject, name: string): number | undefined {
  const value = readMember(config, name);
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw new RequestUnreadableError(`${FIELD}.${name}`, 'must be a number');
  }
  return number;
}

function readStrings(config: JsonObject, name: string): readonly string[] | undefined {
  const list = readList(readMember(config, name));
  if (list.length === 0) return undefined;
  return list.map((value, index) => {
    if (typeof value !== 'string') throw new RequestUnreadableError(`${FIELD}.${name}.${index}`, 'must be a string');
    return value;
  });
}

/** Text alone is what every model gives anyway. */
function readModalities(config: JsonObject): readonly string[] | undefined {
  const modalities = readStrings(config, 'responseModalities')?.map((modality) => modality.toLowerCase());
  return modalities?.every((modality) => modality === 'text') === true ? undefined : modalities;
}

function readOutputFormat(config: JsonObject): OutputFormat | undefined {
  const mimeType = readMimeType(config);
  if (mimeType === 'text/plain') return { kind: 'text' };
  if (mimeType !== 'application/json') return undefined;
  const schema = readOutputSchema(config);
  return schema === undefined ? { kind: 'json' } : { kind: 'json-schema', name: 'response', schema };
}

function readOutputSchema(config: JsonObject): JsonObject | undefined {
  const jsonSchema = readMember(config, 'responseJsonSchema') ?? readTextFormat(config)?.['schema'];
  if (jsonSchema !== undefined && jsonSchema !== null) {
    const schema = asObject(jsonSchema);
    if (schema === undefined) throw new RequestUnreadableError(`${FIELD}.responseJsonSchema`, 'must be an object');
    return schema;
  }
  const schema = readMember(config, 'responseSchema');
  return schema === undefined ? undefined : readSchema(schema, `${FIELD}.responseSchema`);
}

function readMimeType(config: JsonObject): string | undefined {
  const format = readTextFormat(config);
  const named =
    readMember(config, 'responseMimeType') ?? (format === undefined ? undefined : readMember(format, 'mimeType'));
  // The enumeration of `responseFormat` writes APPLICATION_JSON.
  return asNonEmptyString(named)?.toLowerCase().replace('application_json', 'application/json');
}

/** The text's part of `responseFormat`, which replaces `responseMimeType` and its schemas. */
function readTextFormat(config: JsonObject): JsonObject | undefined {
  return readList(readMember(config, 'responseFormat'))
    .map((format) => asObject(asObject(format)?.['text']))
    .find((text) => text !== undefined);
}

/** `text/x.enum` and the like: shapes of an answer that only Gemini knows. */
function hasForeignMimeType(config: JsonObject): boolean {
  const mimeType = readMimeType(config);
  return mimeType !== undefined && mimeType !== 'application/json' && mimeType !== 'text/plain';
}

function readThinking(config: JsonObject | undefined): ReasoningRequest | undefined {
  if (config === undefined) return undefined;
  const given = readMember(config, 'thinkingBudget');
  const budget = given === undefined ? undefined : Number(given);
  if (budget !== undefined && !Number.isInteger(budget)) {
    throw new RequestUnreadableError(`${FIELD}.thinkingConfig.thinkingBudget`, 'must be a whole number');
  }
  return compact({
    effort: LEVELS.get(asString(readMember(config, 'thinkingLevel'))?.toUpperCase() ?? ''),
    budgetTokens: budget !== undefined && budget >= 0 ? budget : undefined,
    adaptive: budget !== undefined && budget < 0 ? true : undefined,
    visible: asBoolean(readMember(config, 'includeThoughts')),
  }) as ReasoningRequest;
}
