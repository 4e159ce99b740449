import { asString } from '../../../json/read-json.js';
import type { JsonObject } from '../../../spec/json.js';
import {
  appendTurn,
  type Conversation,
  type OfferedChoice,
  type ReceivedMedium,
  type ReceivedToolResult,
  type Turn,
} from '../../model/conversation.js';
import type { Call } from '../call.js';
import { parseValue } from '../parse-body.js';
import { base64Medium, referredMedium } from '../received-media.js';
import { camelNames } from './camel-names.js';
import { checkContents, partsWith, refuse } from './check-contents.js';
import {
  countTokensSchema,
  generateContentSchema,
  type Content,
  type GenerateContentBody,
  type Part,
} from './gemini-schema.js';
import { GOOGLE_VENDOR } from './google-vendor.js';

/** Reads and checks a call of `generateContent` as Google does. @throws Complaint */
export function readGeminiRequest(call: Call): Conversation {
  return conversationOf(parseValue(generateContentSchema, bodyOf(call), GOOGLE_VENDOR));
}

/** Reads and checks a call of `countTokens`. @throws Complaint */
export function readCountTokensRequest(call: Call): Conversation {
  const body = parseValue(countTokensSchema, bodyOf(call), GOOGLE_VENDOR);
  const inner = 'generateContentRequest' in body ? body.generateContentRequest : body;
  return conversationOf({ ...inner, contents: inner.contents ?? [] });
}

/** The body with its names in camel case. @throws Complaint when there is none. */
export function bodyOf(call: Call): unknown {
  if (call.json === undefined) throw refuse('Invalid JSON payload received. Unexpected end of string.');
  return camelNames(call.json);
}

function conversationOf(body: GenerateContentBody): Conversation {
  const { generationConfig: config = {}, tools = [] } = body;
  const thinking = thinkingOf(config);
  checkContents(body, thinking !== 'none');
  const turns: Turn[] = [];
  for (const content of body.contents) addContent(turns, content);
  return {
    systemText: systemTextOf(body),
    turns,
    tools: tools
      .flatMap(({ functionDeclarations = [] }) => functionDeclarations)
      .map(({ name, parameters, parametersJsonSchema }) => ({
        name,
        schema: (parameters ?? parametersJsonSchema) as JsonObject | undefined,
      })),
    toolChoice: offeredChoice(body),
    parallelCalls: true,
    outputSchema: outputSchemaOf(config),
    thinking,
    stop: config.stopSequences ?? [],
    outputTokensMax: config.maxOutputTokens,
    cache: body.cachedContent === undefined ? undefined : '5m',
  };
}

type Config = NonNullable<GenerateContentBody['generationConfig']>;

function thinkingOf({ thinkingConfig: config }: Config): Conversation['thinking'] {
  if (config === undefined || config.thinkingBudget === 0) return 'none';
  if (config.includeThoughts === true) return 'shown';
  return config.thinkingBudget === undefined && config.thinkingLevel === undefined ? 'none' : 'hidden';
}

function outputSchemaOf(config: Config): Conversation['outputSchema'] {
  const schema = (config.responseSchema ?? config.responseJsonSchema) as JsonObject | undefined;
  return schema ?? (config.responseMimeType === 'application/json' ? 'any' : undefined);
}

function systemTextOf({ systemInstruction: instruction }: GenerateContentBody): string {
  return typeof instruction === 'string'
    ? instruction
    : (instruction?.parts ?? []).map(({ text = '' }) => text).join('\n');
}

function offeredChoice({ toolConfig }: GenerateContentBody): OfferedChoice {
  const { mode, allowedFunctionNames: names } = toolConfig?.functionCallingConfig ?? {};
  if (mode === 'NONE') return 'none';
  if (mode !== 'ANY') return 'auto';
  return names?.[0] === undefined ? 'required' : { name: names[0] };
}

function addContent(turns: Turn[], content: Content): void {
  const said = partsWith(content, 'text').filter(({ thought }) => thought !== true);
  const text = said.map((part) => part.text ?? '').join('');
  if (content.role === 'model') {
    const calls = partsWith(content, 'functionCall').map(({ functionCall }, index) => ({
      id: functionCall?.id ?? `${functionCall?.name}#${index}`,
      name: functionCall?.name ?? '',
      argumentsText: JSON.stringify(functionCall?.args ?? {}),
    }));
    return appendTurn(turns, { role: 'assistant', text, toolCalls: calls });
  }
  const results = partsWith(content, 'functionResponse').map(resultOf);
  const media = content.parts.flatMap(mediaOf);
  if (results.length > 0) appendTurn(turns, { role: 'tool', results });
  if (text !== '' || media.length > 0 || results.length === 0) appendTurn(turns, { role: 'user', text, media });
}

function resultOf({ functionResponse: given }: Part, index: number): ReceivedToolResult {
  const { id, name, response = {}, parts = [] } = given ?? {};
  // By convention `output` and `error` hold what the tool said; anything else is all of it.
  const said = response['output'] ?? response['result'] ?? response['error'] ?? response;
  return {
    id: id ?? `${name}#${index}`,
    text: asString(said) ?? JSON.stringify(said),
    media: parts.flatMap(mediaOf),
    isError: response['error'] !== undefined,
  };
}

function mediaOf({ inlineData, fileData }: Pick<Part, 'inlineData' | 'fileData'>): ReceivedMedium[] {
  if (fileData !== undefined) return [referredMedium(fileData.mimeType ?? 'file', fileData.fileUri)];
  if (inlineData === undefined) return [];
  // Google takes the URL-safe alphabet too.
  const standard = inlineData.data.replaceAll('-', '+').replaceAll('_', '/');
  const medium = base64Medium(inlineData.mimeType, standard.padEnd(Math.ceil(standard.length / 4) * 4, '='));
  if (medium === undefined) throw refuse("Invalid value at 'inline_data.data' (TYPE_BYTES), Base64 decoding failed");
  return [medium];
}
