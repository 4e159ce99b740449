import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, FunctionCallingConfigMode, GoogleGenAI, Type } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { ModelRequest } from '../../spec/model-request.js';
import { geminiEmbeddingsInbound } from '../gemini-embeddings/index.js';
import { readCountTokensRequest, writeCountTokensAnswer } from './count-tokens.js';
import { geminiInbound } from './gemini-inbound.js';

/** What the server answers next, and what it was asked. */
let answer: (request: ModelRequest) => ModelAnswer;
let events: (request: ModelRequest) => readonly ModelEvent[];
let requests: ModelRequest[];
let server: Server;
let client: GoogleGenAI;

const STATE = { family: 'anthropic' as const, data: 'sealed' };
const STOP: ModelAnswer = { parts: [{ kind: 'text', text: 'done' }], finish: { reason: 'stop' }, usage: undefined };

function contextOf(request: ModelRequest): AnswerContext {
  return {
    fallbackId: 'made-up',
    model: 'fast',
    createdAtSeconds: 0,
    request,
    reportsStreamUsage: true,
    dropped: [],
  };
}

async function readJson(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as JsonObject;
}

function respond(method: string, body: JsonObject, response: ServerResponse): void {
  if (method === 'batchEmbedContents') {
    const codec = geminiEmbeddingsInbound.batchEmbedContents;
    const request = codec.readRequest(body);
    const vectors = request.inputs.map((input) => [String(input).length]);
    response.end(JSON.stringify(codec.writeAnswer({ vectors, inputTokens: 2 }, { model: 'm', request })));
    return;
  }
  if (method === 'countTokens') {
    requests.push(readCountTokensRequest(body));
    response.end(JSON.stringify(writeCountTokensAnswer(7)));
    return;
  }
  const request = geminiInbound.readRequest(body);
  requests.push(request);
  if (method === 'generateContent') {
    response.end(JSON.stringify(geminiInbound.writeAnswer(answer(request), contextOf(request))));
    return;
  }
  const writer = geminiInbound.createStreamWriter(contextOf(request));
  response.setHeader('content-type', 'text/event-stream');
  for (const event of events(request)) response.write(writer.write(event));
  response.end(writer.end());
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const method = /:([a-zA-Z]+)/.exec(request.url ?? '')?.[1] ?? '';
    response.setHeader('content-type', 'application/json');
    if (request.url?.includes('models/missing') === true) {
      response.statusCode = 404;
      const error = geminiInbound.writeError({ kind: 'not-found', status: 404, message: 'no such model' });
      response.end(JSON.stringify(error));
      return;
    }
    void readJson(request).then((body) => respond(method, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: `http://127.0.0.1:${port}` } });
});

beforeEach(() => {
  requests = [];
  answer = () => STOP;
  events = () => [];
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

describe("Google's own SDK", () => {
  it('sends requests that are read whole', async () => {
    await client.models.generateContent({
      model: 'fast',
      contents: ['hello', { inlineData: { mimeType: 'image/png', data: 'AA==' } }],
      config: {
        systemInstruction: 'be brief',
        temperature: 0,
        maxOutputTokens: 100,
        stopSequences: ['END'],
        responseMimeType: 'application/json',
        responseSchema: { type: Type.OBJECT, properties: { n: { type: Type.INTEGER, nullable: true } } },
        thinkingConfig: { thinkingBudget: 512, includeThoughts: true },
        tools: [
          { functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' } }] },
          { googleSearch: {} },
        ],
        toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['f'] } },
      },
    });
    expect(requests[0]).toEqual({
      streams: false,
      messages: [
        { role: 'system', parts: [{ kind: 'text', text: 'be brief' }] },
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'hello' },
            { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AA==' } },
          ],
        },
      ],
      tools: [
        { kind: 'function', name: 'f', parameters: { type: 'object' } },
        { kind: 'vendor', type: 'googleSearch', webSearch: true, value: { googleSearch: {} } },
      ],
      parameters: {
        temperature: 0,
        maxOutputTokens: 100,
        stop: ['END'],
        outputFormat: {
          kind: 'json-schema',
          name: 'response',
          schema: { type: 'object', properties: { n: { type: ['integer', 'null'] } } },
        },
        reasoning: { budgetTokens: 512, visible: true },
        toolChoice: { kind: 'tool', name: 'f' },
      },
      unknownNames: [],
    });
  });

  it('reads an answer with text, calls, usage and id', async () => {
    answer = () => ({
      id: 'msg_1',
      parts: [
        { kind: 'text', text: 'hi' },
        { kind: 'tool-call', callId: 'toolu_1', name: 'f', argumentsText: '{"a":1}' },
      ],
      finish: { reason: 'tool-calls' },
      usage: {
        inputTokens: 3,
        outputTokens: 2,
        cacheReadTokens: undefined,
        cacheWriteTokens: undefined,
        cacheWrite1hTokens: undefined,
        reasoningTokens: undefined,
        inputAudioTokens: undefined,
        outputAudioTokens: undefined,
      },
    });
    const read = await client.models.generateContent({ model: 'fast', contents: 'x' });
    expect(read.candidates?.[0]?.content?.parts?.[0]).toEqual({ text: 'hi' });
    expect(read.functionCalls).toEqual([{ id: 'toolu_1', name: 'f', args: { a: 1 } }]);
    expect(read.usageMetadata).toMatchObject({ promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 });
    expect(read.responseId).toBe('msg_1');
  });

  it("brings another vendor's state back through a streamed chat with a function call", async () => {
    events = () => [
      { kind: 'answer-start', id: 'msg_1' },
      { kind: 'reasoning-start', part: 0 },
      { kind: 'reasoning-delta', part: 0, text: 'let me ' },
      { kind: 'reasoning-delta', part: 0, text: 'look' },
      { kind: 'reasoning-end', part: 0, state: STATE },
      { kind: 'tool-call-start', part: 1, callId: 'toolu_1', name: 'look' },
      { kind: 'tool-call-delta', part: 1, argumentsText: '{"at":' },
      { kind: 'tool-call-delta', part: 1, argumentsText: '"a"}' },
      { kind: 'tool-call-end', part: 1 },
      { kind: 'finish', finish: { reason: 'tool-calls' } },
    ];
    for (const includeThoughts of [true, false]) {
      requests = [];
      const chat = client.chats.create({ model: 'fast', config: { thinkingConfig: { includeThoughts } } });
      const calls: unknown[] = [];
      for await (const chunk of await chat.sendMessageStream({ message: 'go' }))
        calls.push(...(chunk.functionCalls ?? []));
      expect(calls).toEqual([{ id: 'toolu_1', name: 'look', args: { at: 'a' } }]);
      const response = { functionResponse: { id: 'toolu_1', name: 'look', response: { output: 'a cat' } } };
      await chat.sendMessage({ message: response });
      const call = { kind: 'tool-call', callId: 'toolu_1', name: 'look', argumentsText: '{"at":"a"}' };
      expect(requests[1]?.messages.slice(1)).toEqual([
        {
          role: 'assistant',
          parts: includeThoughts
            ? [{ kind: 'reasoning', text: 'let me look', state: STATE }, call]
            : [{ ...call, state: STATE }],
        },
        {
          role: 'tool',
          parts: [{ kind: 'tool-result', callId: 'toolu_1', name: 'look', content: [{ kind: 'text', text: 'a cat' }] }],
        },
      ]);
    }
  });

  it('throws its own error for an error answer and for a stream that fails', async () => {
    const missing = client.models.generateContent({ model: 'missing', contents: 'x' });
    await expect(missing).rejects.toThrow(ApiError);
    await expect(missing).rejects.toMatchObject({ status: 404 });
    events = () => [
      { kind: 'text-delta', part: 0, text: 'a' },
      { kind: 'error', error: { kind: 'overloaded', status: 529, message: 'try later' } },
    ];
    const stream = await client.models.generateContentStream({ model: 'fast', contents: 'x' });
    const read = async (): Promise<string[]> => {
      const texts: string[] = [];
      for await (const chunk of stream) texts.push(chunk.text ?? '');
      return texts;
    };
    await expect(read()).rejects.toMatchObject({ name: 'ApiError', status: 529 });
  });

  it('counts tokens and embeds', async () => {
    expect((await client.models.countTokens({ model: 'fast', contents: 'hello' })).totalTokens).toBe(7);
    expect(requests[0]?.messages).toEqual([{ role: 'user', parts: [{ kind: 'text', text: 'hello' }] }]);
    const embedded = await client.models.embedContent({
      model: 'fast',
      contents: ['one', 'three'],
      config: { taskType: 'RETRIEVAL_QUERY', outputDimensionality: 1 },
    });
    expect(embedded.embeddings).toEqual([{ values: [3] }, { values: [5] }]);
  });
});
