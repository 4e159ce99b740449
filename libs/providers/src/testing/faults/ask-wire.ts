import { asList, asObject, asString, parseObject } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { AWS_CODEC } from '../wires/aws-codec.js';
import type { WireName } from '../wires/wire.js';

/** How a wire is asked for an answer, and where its answers have their text. For tests of the fake upstream itself. */
export interface WireAsker {
  readonly path: (model: string, streams: boolean) => string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: (model: string, streams: boolean, text: string) => object;
  /** Members that offer one tool with one text. */
  readonly tools?: object;
  /** Text, or arguments of a tool, of one event. */
  readonly delta: (event: JsonObject) => Json | undefined;
  /** Text of a document. */
  readonly text: (document: JsonObject) => Json | undefined;
}

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const VERTEX = '/v1/projects/p/locations/r/publishers/anthropic/models';

const anthropicBody = (text: string) => ({ max_tokens: 500, messages: [{ role: 'user', content: text }] });
const anthropicDelta = (event: JsonObject): Json | undefined =>
  dig(event, 'delta', 'text') ?? dig(event, 'delta', 'partial_json');
const anthropicTools = { tools: [{ name: 'f', input_schema: SCHEMA }] };

/** One asker for each wire. */
export const ASKERS: Readonly<Record<WireName, WireAsker>> = {
  'openai-chat': {
    path: () => '/v1/chat/completions',
    body: (model, stream, content) => ({
      model,
      stream,
      messages: [{ role: 'user', content }],
      ...(stream ? { stream_options: { include_usage: true } } : {}),
    }),
    tools: { tools: [{ type: 'function', function: { name: 'f', parameters: SCHEMA } }] },
    delta: (event) =>
      dig(event, 'choices', 0, 'delta', 'content') ??
      dig(event, 'choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments'),
    text: (document) => dig(document, 'choices', 0, 'message', 'content'),
  },
  'openai-completions': {
    path: () => '/v1/completions',
    body: (model, stream, prompt) => ({ model, stream, prompt }),
    delta: (event) => dig(event, 'choices', 0, 'text'),
    text: (document) => dig(document, 'choices', 0, 'text'),
  },
  'openai-responses': {
    path: () => '/v1/responses',
    body: (model, stream, input) => ({ model, stream, input }),
    tools: { tools: [{ type: 'function', name: 'f', parameters: SCHEMA }] },
    delta: (event) => dig(event, 'delta'),
    text: (document) => dig(document, 'output', 0, 'content', 0, 'text'),
  },
  'anthropic-messages': {
    path: () => '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    body: (model, stream, text) => ({ model, stream, ...anthropicBody(text) }),
    tools: anthropicTools,
    delta: anthropicDelta,
    text: (document) => dig(document, 'content', 0, 'text'),
  },
  'vertex-claude': {
    path: (model, streams) => `${VERTEX}/${model}:${streams ? 'streamRawPredict' : 'rawPredict'}`,
    body: (_model, stream, text) => ({ anthropic_version: 'vertex-2023-10-16', stream, ...anthropicBody(text) }),
    tools: anthropicTools,
    delta: anthropicDelta,
    text: (document) => dig(document, 'content', 0, 'text'),
  },
  gemini: {
    path: (model, streams) =>
      `/v1beta/models/${model}:${streams ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: (_model, _stream, text) => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
    tools: { tools: [{ functionDeclarations: [{ name: 'f', parameters: SCHEMA }] }] },
    delta: geminiText,
    text: geminiText,
  },
  'bedrock-converse': {
    path: (model, streams) => `/model/${model}/${streams ? 'converse-stream' : 'converse'}`,
    body: (_model, _stream, text) => ({ messages: [{ role: 'user', content: [{ text }] }] }),
    tools: { toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: SCHEMA } } }] } },
    delta: (event) => dig(event, 'delta', 'text') ?? dig(event, 'delta', 'toolUse', 'input'),
    text: (document) => dig(document, 'output', 'message', 'content', 0, 'text'),
  },
};

/** The names of all wires. */
export const WIRE_NAMES = Object.keys(ASKERS) as readonly WireName[];

/** Asks a wire for an answer. */
export function askWire(
  origin: string,
  wire: WireName,
  model: string,
  options: {
    readonly streams: boolean;
    readonly text?: string;
    readonly offersTool?: boolean;
    readonly signal?: AbortSignal;
  },
): Promise<Response> {
  const { path, headers, body, tools } = ASKERS[wire];
  const { streams, text = 'Hello', offersTool = false, signal } = options;
  return fetch(origin + path(model, streams), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ...body(model, streams, text), ...(offersTool ? tools : {}) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** What is said in a part of a stream, event by event; what cannot be read is passed over. */
export function piecesIn(wire: WireName, bytes: Buffer): readonly string[] {
  const events = wire === 'bedrock-converse' ? awsPayloads(bytes) : ssePayloads(bytes);
  return events.map((event) => asString(ASKERS[wire].delta(parseObject(event) ?? {})) ?? '');
}

function ssePayloads(bytes: Buffer): string[] {
  return [...bytes.toString('utf8').matchAll(/^data: (.*?)\r?$/gm)].map((match) => match[1] ?? '');
}

function awsPayloads(bytes: Buffer): string[] {
  const payloads: string[] = [];
  let start = 0;
  while (start + 4 <= bytes.length) {
    const end = start + bytes.readUInt32BE(start);
    if (end > bytes.length) break;
    payloads.push(Buffer.from(AWS_CODEC.decode(bytes.subarray(start, end)).body).toString('utf8'));
    start = end;
  }
  return payloads;
}

function geminiText(event: JsonObject): Json | undefined {
  const args = dig(event, 'candidates', 0, 'content', 'parts', 0, 'functionCall', 'args');
  if (args !== undefined) return JSON.stringify(args);
  const parts = asList(dig(event, 'candidates', 0, 'content', 'parts')) ?? [];
  return parts.map((part) => asString(dig(part, 'text')) ?? '').join('');
}

function dig(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, name) => (typeof name === 'number' ? asList(inner)?.[name] : asObject(inner)?.[name]),
    value,
  );
}
