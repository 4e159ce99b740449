import { asBoolean, asNonEmptyString, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { ModelRequest, Parameters, SystemMessage } from '../../spec/model-request.js';
import { readContents, readParts, readText } from './read-contents.js';
import { readGenerationConfig } from './read-generation-config.js';
import { readList, readMember, unknownMembers } from './read-member.js';
import { readToolChoice, readTools } from './read-tools.js';

const KNOWN: ReadonlySet<string> = new Set([
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'safetySettings',
  'cachedContent',
  'labels',
  'serviceTier',
  'store',
  // The gateway's own.
  'dropTuningParams',
]);

/**
 * Reads the body of a `generateContent` request. Names are taken in camel case and in snake case, as Google takes them.
 *
 * Whether the answer is streamed stands in the path, not in the body: `streams` is false here, and the caller that knows
 * the path sets it.
 *
 * @throws RequestUnreadableError for a body that Google would refuse.
 */
export function readGeminiModelRequest(body: JsonObject): ModelRequest {
  const config = readGenerationConfig(readMember(body, 'generationConfig'));
  const system = readSystemInstruction(readMember(body, 'systemInstruction'));
  const parameters: Parameters = compact({
    ...config.parameters,
    toolChoice: readToolChoice(readMember(body, 'toolConfig')),
    cachedContent: asNonEmptyString(readMember(body, 'cachedContent')),
    safetySettings: readSafetySettings(readMember(body, 'safetySettings')),
    labels: asObject(readMember(body, 'labels')),
    serviceTier: readServiceTier(readMember(body, 'serviceTier')),
    store: asBoolean(readMember(body, 'store')),
  }) as Parameters;
  return {
    streams: false,
    messages: [...(system === undefined ? [] : [system]), ...readContents(readMember(body, 'contents'))],
    tools: readTools(readMember(body, 'tools')),
    parameters,
    unknownNames: [...unknownMembers(body, KNOWN), ...config.unknownNames],
  };
}

function readSystemInstruction(value: Json | undefined): SystemMessage | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return systemMessage([value]);
  const content = asObject(value);
  if (content === undefined) throw new RequestUnreadableError('systemInstruction', 'must be a content or a string');
  return systemMessage(
    readParts(content, 'systemInstruction').map(({ part, at }) => {
      const text = readText(part, at);
      if (text === undefined) throw new RequestUnreadableError(at, 'must be text');
      return text;
    }),
  );
}

function systemMessage(texts: readonly string[]): SystemMessage | undefined {
  const parts = texts.filter((text) => text !== '').map((text) => ({ kind: 'text' as const, text }));
  return parts.length === 0 ? undefined : { role: 'system', parts };
}

function readSafetySettings(value: Json | undefined): readonly JsonObject[] | undefined {
  const settings = readList(value).map((setting, index) => {
    const object = asObject(setting);
    if (object === undefined) throw new RequestUnreadableError(`safetySettings.${index}`, 'must be an object');
    return object;
  });
  return settings.length === 0 ? undefined : settings;
}

/** Google's `standard` is everybody else's `default`. */
function readServiceTier(value: Json | undefined): string | undefined {
  const tier = asString(value)?.toLowerCase();
  return tier === undefined || tier === '' || tier === 'unspecified'
    ? undefined
    : tier.replace(/^standard$/, 'default');
}
