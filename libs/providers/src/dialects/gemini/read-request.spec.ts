import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeState } from '../../hub/state-envelope.js';
import type { JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { Message, ModelRequest } from '../../spec/model-request.js';
import { readGeminiModelRequest } from './read-request.js';

const HELLO = { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] };

function read(body: JsonObject): ModelRequest {
  return readGeminiModelRequest(body);
}

function messages(...contents: JsonObject[]): readonly Message[] {
  return read({ contents }).messages;
}

/** Where the body is refused. */
function refusal(body: JsonObject): string {
  try {
    readGeminiModelRequest(body);
    return 'not refused';
  } catch (error) {
    return error instanceof RequestUnreadableError ? error.field : String(error);
  }
}

function toSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [snake(name), toSnakeCase(member)]));
}

describe('the contents of a Gemini request', () => {
  it('are messages of user, assistant and tools', () => {
    expect(
      messages(
        { parts: [{ text: 'What is on it?' }, { inlineData: { mimeType: 'image/png', data: 'aGk_-w' } }] },
        { role: 'model', parts: [{ text: 'A ' }, { functionCall: { id: 'c1', name: 'look', args: { at: 1 } } }] },
        { role: 'user', parts: [{ functionResponse: { id: 'c1', name: 'look', response: { output: 'a cat' } } }] },
      ),
    ).toEqual([
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'What is on it?' },
          {
            kind: 'media',
            medium: 'image',
            source: { kind: 'data', mediaType: 'image/png', base64: 'aGk/+w==' },
          },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { kind: 'text', text: 'A ' },
          { kind: 'tool-call', callId: 'c1', name: 'look', argumentsText: '{"at":1}' },
        ],
      },
      {
        role: 'tool',
        parts: [{ kind: 'tool-result', callId: 'c1', name: 'look', content: [{ kind: 'text', text: 'a cat' }] }],
      },
    ]);
  });

  it('pair responses without ids with the calls of their name, in order', () => {
    const call = (name: string): JsonObject => ({ functionCall: { name } });
    const response = (name: string, output: string): JsonObject => ({
      functionResponse: { name, response: { output } },
    });
    const read = messages(
      { role: 'model', parts: [call('f'), call('g'), call('f')] },
      { role: 'function', parts: [response('g', '1'), response('f', '2'), response('f', '3'), response('f', '4')] },
    );
    expect(read[0]?.parts.map((part) => (part.kind === 'tool-call' ? part.callId : ''))).toEqual([
      'call_1',
      'call_2',
      'call_3',
    ]);
    expect(read[1]?.parts.map((part) => (part.kind === 'tool-result' ? part.callId : ''))).toEqual([
      'call_2',
      'call_1',
      'call_3',
      'call_4',
    ]);
  });

  it('give no id twice, also when the client uses the same form', () => {
    const [message] = messages({
      role: 'model',
      parts: [{ functionCall: { name: 'f', id: 'call_1' } }, { functionCall: { name: 'f' } }],
    });
    expect(message?.parts.map((part) => (part.kind === 'tool-call' ? part.callId : ''))).toEqual(['call_1', 'call_2']);
  });

  it('put function responses before what else the user says with them', () => {
    const parts = [{ text: 'and now?' }, { functionResponse: { name: 'f', response: {} } }];
    expect(messages({ role: 'user', parts }).map(({ role }) => role)).toEqual(['tool', 'user']);
  });

  it.each([
    [{ output: 'fine' }, 'fine', undefined],
    [{ error: 'broken' }, 'broken', true],
    [{ error: { code: 5 } }, '{"code":5}', true],
    [{ output: { a: 1 } }, '{"a":1}', undefined],
    [{ result: 'x', count: 2 }, '{"result":"x","count":2}', undefined],
    [{}, '', undefined],
  ])('read the response %j as a result', (response, text, isError) => {
    const [message] = messages({ role: 'user', parts: [{ functionResponse: { name: 'f', response } }] });
    expect(message?.parts[0]).toMatchObject({ content: [{ text }], ...(isError === true ? { isError } : {}) });
    expect('isError' in (message?.parts[0] ?? {})).toBe(isError === true);
  });

  it('keep media of a function response', () => {
    const image = { inlineData: { mimeType: 'image/jpeg', data: 'AA==' } };
    const [message] = messages({
      role: 'user',
      parts: [{ functionResponse: { name: 'f', response: {}, parts: [image] } }],
    });
    expect(message?.parts[0]).toMatchObject({ content: [{ kind: 'media', medium: 'image' }] });
  });

  it.each([
    ['https://generativelanguage.googleapis.com/v1beta/files/abc', 'application/pdf', 'file', 'document'],
    ['gs://bucket/a.mp4', 'video/mp4', 'url', 'video'],
    ['https://www.youtube.com/watch?v=x', undefined, 'url', 'video'],
    ['https://example.com/a.wav', 'audio/wav', 'url', 'audio'],
  ])('know what the file %s is', (fileUri, mimeType, kind, medium) => {
    const fileData = mimeType === undefined ? { fileUri } : { fileUri, mimeType };
    const [message] = messages({ parts: [{ fileData }] });
    expect(message?.parts[0]).toMatchObject({ kind: 'media', medium, source: { kind } });
  });

  it('join thoughts and put signatures where they belong', () => {
    const signature = 'c2ln';
    expect(
      messages({
        role: 'model',
        parts: [
          { text: 'think', thought: true },
          { text: 'ing', thought: true, thoughtSignature: signature },
          { text: 'Hello' },
          { text: '', thoughtSignature: signature },
          { functionCall: { name: 'f', args: {} }, thoughtSignature: signature },
          { text: '', thoughtSignature: signature },
          { inlineData: { mimeType: 'image/png', data: 'AA==' }, thoughtSignature: signature },
          { text: '' },
        ],
      })[0]?.parts,
    ).toMatchObject([
      { kind: 'reasoning', text: 'thinking', state: { family: 'gemini', data: signature } },
      { kind: 'text', text: 'Hello', state: { data: signature } },
      { kind: 'tool-call', state: { data: signature } },
      { kind: 'reasoning', text: '', state: { data: signature } },
      { kind: 'reasoning', text: '', state: { data: signature } },
      { kind: 'media' },
    ]);
  });

  it('are one turn where a client keeps every chunk of a stream as a content', () => {
    const chunks = [
      [{ text: 'think', thought: true }],
      [{ text: 'ing', thought: true }],
      [{ text: 'Hel' }],
      [{ text: 'lo' }, { text: 'apart' }],
      [{ functionCall: { name: 'f', args: {} } }],
      [{ text: '' }],
      [{ text: 'end' }],
    ].map((parts) => ({ role: 'model', parts }));
    expect(messages(...chunks)).toMatchObject([
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'thinking' },
          { kind: 'text', text: 'Hello' },
          { kind: 'text', text: 'apart' },
          { kind: 'tool-call', name: 'f' },
          { kind: 'text', text: 'end' },
        ],
      },
    ]);
  });

  it('bring the state of another vendor home, and never glue hidden reasoning to shown one', () => {
    const redacted = { family: 'anthropic' as const, data: 'xyz', redacted: true };
    const parts = [
      { text: 'shown', thought: true },
      { text: '', thought: true, thoughtSignature: writeState(redacted, 'gemini') },
    ];
    expect(messages({ role: 'model', parts })[0]?.parts).toEqual([
      { kind: 'reasoning', text: 'shown' },
      { kind: 'reasoning', text: '', state: redacted },
    ]);
  });

  it('keep what has no word, as it was', () => {
    const code = { executableCode: { language: 'PYTHON', code: '1+1' } };
    const clip = { fileData: { fileUri: 'gs://b/v.mp4' }, videoMetadata: { startOffset: '2s' } };
    expect(messages({ role: 'model', parts: [code] }, { parts: [clip] }).map(({ parts }) => parts[0])).toEqual([
      { kind: 'unknown', type: 'executableCode', value: code },
      { kind: 'unknown', type: 'videoMetadata', value: clip },
    ]);
  });

  it('take one content or part where a list is expected, as Google does', () => {
    expect(read({ contents: { parts: { text: 'hi' } } }).messages).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'hi' }] },
    ]);
  });

  it.each([
    [{}, 'contents'],
    [{ contents: [] }, 'contents'],
    [{ contents: ['hi'] }, 'contents.0'],
    [{ contents: [{ role: 'system', parts: [] }] }, 'contents.0.role'],
    [{ contents: [{ parts: ['hi'] }] }, 'contents.0.parts.0'],
    [{ contents: [{ parts: [{ text: 7 }] }] }, 'contents.0.parts.0.text'],
    [{ contents: [{ parts: [{ inlineData: { data: 'AA==' } }] }] }, 'contents.0.parts.0.inlineData.mimeType'],
    [{ contents: [{ parts: [{ fileData: {} }] }] }, 'contents.0.parts.0.fileData.fileUri'],
    [{ contents: [{ role: 'model', parts: [{ functionCall: {} }] }] }, 'contents.0.parts.0.functionCall.name'],
    [
      { contents: [{ role: 'model', parts: [{ functionCall: { name: 'f', args: '{}' } }] }] },
      'contents.0.parts.0.functionCall.args',
    ],
    [{ contents: [{ parts: [{ functionResponse: {} }] }] }, 'contents.0.parts.0.functionResponse.name'],
    [{ ...HELLO, systemInstruction: 7 }, 'systemInstruction'],
    [{ ...HELLO, systemInstruction: { parts: [{ inlineData: {} }] } }, 'systemInstruction.parts.0'],
    [{ ...HELLO, tools: ['x'] }, 'tools.0'],
    [{ ...HELLO, tools: [{ functionDeclarations: [{}] }] }, 'tools.0.functionDeclarations.0.name'],
    [
      { ...HELLO, tools: [{ functionDeclarations: [{ name: 'f', parameters: 'x' }] }] },
      'tools.0.functionDeclarations.0.parameters',
    ],
    [{ ...HELLO, toolConfig: { functionCallingConfig: { mode: 'SOME' } } }, 'toolConfig.functionCallingConfig.mode'],
    [{ ...HELLO, generationConfig: { temperature: 'hot' } }, 'generationConfig.temperature'],
    [{ ...HELLO, generationConfig: { stopSequences: [1] } }, 'generationConfig.stopSequences.0'],
    [
      { ...HELLO, generationConfig: { thinkingConfig: { thinkingBudget: 'x' } } },
      'generationConfig.thinkingConfig.thinkingBudget',
    ],
    [{ ...HELLO, safetySettings: ['x'] }, 'safetySettings.0'],
  ])('refuse %j by naming the place', (body, field) => {
    expect(refusal(body as JsonObject)).toBe(field);
  });
});

describe('the rest of a Gemini request', () => {
  const full: JsonObject = {
    ...HELLO,
    systemInstruction: { parts: [{ text: 'be brief' }] },
    tools: [
      {
        functionDeclarations: [
          { name: 'f', description: 'does f', parametersJsonSchema: { type: 'object', $defs: {} } },
          { name: 'g', parameters: { type: 'OBJECT', properties: { n: { type: 'INTEGER', nullable: true } } } },
          { name: 'h' },
        ],
      },
      { googleSearch: {}, codeExecution: {} },
    ],
    toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f', 'g'] } },
    generationConfig: {
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      maxOutputTokens: '1000',
      stopSequences: ['END'],
      candidateCount: 1,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      seed: 7,
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object' },
      responseModalities: ['TEXT', 'IMAGE'],
      responseLogprobs: true,
      logprobs: 3,
      thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 },
    },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    cachedContent: 'cachedContents/1',
    labels: { team: 'a' },
  };

  it('is read into parameters, tools and instructions', () => {
    const request = read(full);
    expect(request).toMatchObject({
      streams: false,
      unknownNames: [],
      tools: [
        { kind: 'function', name: 'f', description: 'does f', parameters: { type: 'object', $defs: {} } },
        {
          kind: 'function',
          name: 'g',
          parameters: { type: 'object', properties: { n: { type: ['integer', 'null'] } } },
        },
        { kind: 'function', name: 'h' },
        { kind: 'vendor', type: 'googleSearch', webSearch: true, value: { googleSearch: {} } },
        { kind: 'vendor', type: 'codeExecution', webSearch: false, value: { codeExecution: {} } },
      ],
      parameters: {
        temperature: 0.5,
        topP: 0.9,
        topK: 40,
        maxOutputTokens: 1000,
        stop: ['END'],
        candidateCount: 1,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        seed: 7,
        outputFormat: { kind: 'json-schema', name: 'response', schema: { type: 'object' } },
        modalities: ['text', 'image'],
        logprobs: true,
        topLogprobs: 3,
        reasoning: { budgetTokens: 2048, visible: true },
        toolChoice: { kind: 'allowed', mode: 'required', names: ['f', 'g'] },
        cachedContent: 'cachedContents/1',
        labels: { team: 'a' },
      },
    });
    expect(request.messages[0]).toEqual({ role: 'system', parts: [{ kind: 'text', text: 'be brief' }] });
    expect(request.tools[2]).not.toHaveProperty('parameters');
  });

  it('means the same in snake case', () => {
    const camel = read({ ...full, tools: [], labels: {} });
    expect(read(toSnakeCase({ ...full, tools: [], labels: {} }) as JsonObject)).toEqual(camel);
  });

  it('reports names that no other dialect knows, as the client wrote them', () => {
    const body = {
      ...HELLO,
      model: 'models/x',
      drop_tuning_params: false,
      continuationToken: 'x',
      generation_config: { speech_config: {}, mediaResolution: 'LOW', top_p: 1, responseMimeType: 'text/x.enum' },
    };
    expect(read(body).unknownNames).toEqual([
      'continuationToken',
      'generationConfig.speech_config',
      'generationConfig.mediaResolution',
      'generationConfig.responseMimeType',
    ]);
  });

  it.each([
    [{ mode: 'AUTO' }, { kind: 'auto' }],
    [{ mode: 'none' }, { kind: 'none' }],
    [{ mode: 'ANY' }, { kind: 'required' }],
    [
      { mode: 'ANY', allowedFunctionNames: ['f'] },
      { kind: 'tool', name: 'f' },
    ],
    [{ mode: 'VALIDATED' }, { kind: 'auto' }],
    [
      { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
      { kind: 'allowed', mode: 'auto', names: ['f'] },
    ],
    [{ mode: 'MODE_UNSPECIFIED' }, undefined],
    [{}, undefined],
  ])('reads the choice of tools %j', (functionCallingConfig, expected) => {
    expect(read({ ...HELLO, toolConfig: { functionCallingConfig } }).parameters.toolChoice).toEqual(expected);
  });

  it.each([
    [{ thinkingBudget: 0 }, { budgetTokens: 0 }],
    [{ thinkingBudget: -1 }, { adaptive: true }],
    [{ thinkingLevel: 'low' }, { effort: 'low' }],
    [
      { thinkingLevel: 'MINIMAL', includeThoughts: false },
      { effort: 'minimal', visible: false },
    ],
  ])('reads the thinking %j', (thinkingConfig, expected) => {
    expect(read({ ...HELLO, generationConfig: { thinkingConfig } }).parameters.reasoning).toEqual(expected);
  });

  it.each([
    [{ responseMimeType: 'application/json' }, { kind: 'json' }],
    [{ responseMimeType: 'text/plain' }, { kind: 'text' }],
    [
      { responseMimeType: 'application/json', responseSchema: { type: 'STRING' } },
      { kind: 'json-schema', name: 'response', schema: { type: 'string' } },
    ],
    [
      { responseFormat: [{ text: { mimeType: 'APPLICATION_JSON', schema: { type: 'object' } } }] },
      { kind: 'json-schema', name: 'response', schema: { type: 'object' } },
    ],
    [{ responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING' } }, undefined],
  ])('reads the shape of the answer %j', (generationConfig, expected) => {
    expect(read({ ...HELLO, generationConfig: generationConfig as JsonObject }).parameters.outputFormat).toEqual(
      expected,
    );
  });

  it('throws nothing but its own error, whatever comes in', () => {
    const names = fc.constantFrom(
      'contents',
      'parts',
      'role',
      'text',
      'functionCall',
      'functionResponse',
      'inlineData',
      'fileData',
      'args',
      'tools',
      'functionDeclarations',
      'parameters',
      'generationConfig',
      'thinkingConfig',
      'systemInstruction',
      'name',
      'response',
      'toolConfig',
      'functionCallingConfig',
      'mode',
      'thoughtSignature',
      '__proto__',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6, depthSize: 'small' },
        fc.constantFrom(null, true, 1.5, '', 'text', 'model', 'user', 'lwgw1_e30'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, value, value, (contents, generationConfig, tools) => {
        expect(refusal({ contents, generationConfig, tools } as JsonObject)).toMatch(
          /^(not refused|(contents|generationConfig|tools)\b)/,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses a schema that is nested without end', () => {
    let schema: JsonObject = { type: 'STRING' };
    for (let depth = 0; depth < 3000; depth += 1) schema = { type: 'ARRAY', items: schema };
    expect(
      refusal({ ...HELLO, generationConfig: { responseMimeType: 'application/json', responseSchema: schema } }),
    ).toMatch(/^generationConfig\.responseSchema\.items/);
  });
});
