import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readState, writeState } from '../../hub/state-envelope.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { ModelCapabilities } from '../../spec/model-capabilities.js';
import type { Message, ModelRequest } from '../../spec/model-request.js';
import type { AssistantPart, MediaPart } from '../../spec/part.js';
import { readGeminiModelRequest } from './read-request.js';
import { writeGeminiRequest } from './write-request.js';

const UNKNOWN_CAPABILITIES: ModelCapabilities = {
  contextTokens: undefined,
  outputTokensMax: undefined,
  input: undefined,
  output: undefined,
  tools: undefined,
  structuredOutput: undefined,
  prefill: undefined,
  thinking: undefined,
  sampling: undefined,
  openAiInterfaces: undefined,
};

const OLD = 'gemini-2.5-pro';
const NEW = 'gemini-3.1-pro-preview';

function write(
  request: Partial<ModelRequest>,
  { model = OLD, ...rest }: Partial<WriteContext> = {},
): { body: JsonObject; losses: string[] } {
  const losses: string[] = [];
  const context: WriteContext = {
    model,
    stateFamily: 'gemini',
    capabilities: UNKNOWN_CAPABILITIES,
    losses: { drop: (field) => losses.push(field) },
    ...rest,
  };
  const whole = { streams: false, messages: [], tools: [], parameters: {}, unknownNames: [], ...request };
  return { body: writeGeminiRequest(whole, context), losses };
}

function contents(messages: readonly Message[], context?: Partial<WriteContext>): unknown {
  return write({ messages }, context).body['contents'];
}

function user(text: string): Message {
  return { role: 'user', parts: [{ kind: 'text', text }] };
}

function assistant(...parts: AssistantPart[]): Message {
  return { role: 'assistant', parts };
}

function call(callId: string, name = 'look', argumentsText = '{"at":1}'): AssistantPart {
  return { kind: 'tool-call', callId, name, argumentsText };
}

function result(callId: string, text: string, more: object = {}): Message {
  return { role: 'tool', parts: [{ kind: 'tool-result', callId, content: [{ kind: 'text', text }], ...more }] };
}

function refusal(write: () => unknown): string {
  try {
    write();
    return 'not refused';
  } catch (error) {
    return error instanceof UnsupportedFieldError ? error.field : String(error);
  }
}

describe('a conversation written for Gemini', () => {
  it('puts all instructions apart, and neighbours of one role together', () => {
    const system = (text: string): Message => ({ role: 'system', parts: [{ kind: 'text', text }] });
    const { body } = write({
      messages: [system('one'), user('a'), user('b'), assistant({ kind: 'text', text: 'c' }), system('two')],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'one' }, { text: 'two' }] },
      contents: [
        { role: 'user', parts: [{ text: 'a' }, { text: 'b' }] },
        { role: 'model', parts: [{ text: 'c' }] },
      ],
    });
  });

  it('lets the user say the instructions when nobody says anything else', () => {
    expect(write({ messages: [{ role: 'system', parts: [{ kind: 'text', text: 'go' }] }] }).body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'go' }] }],
    });
  });

  it('leaves empty texts out, which Google refuses', () => {
    expect(contents([user('a'), assistant({ kind: 'text', text: '' }), user('')])).toEqual([
      { role: 'user', parts: [{ text: 'a' }] },
    ]);
  });

  it('gives all results of a turn in one content, apart from what the user says next', () => {
    const messages = [
      user('go'),
      assistant(call('1'), call('2', 'find')),
      result('1', 'x'),
      result('2', '{"n":1}'),
      user('and?'),
    ];
    expect(contents(messages)).toEqual([
      { role: 'user', parts: [{ text: 'go' }] },
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'look', args: { at: 1 } } },
          { functionCall: { name: 'find', args: { at: 1 } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'look', response: { output: 'x' } } },
          { functionResponse: { name: 'find', response: { n: 1 } } },
        ],
      },
      { role: 'user', parts: [{ text: 'and?' }] },
    ]);
  });

  it('gives ids of calls to models from Gemini 3 on only', () => {
    const messages = [user('go'), assistant(call('c1')), result('c1', 'x')];
    expect(JSON.stringify(contents(messages, { model: OLD }))).not.toContain('c1');
    expect(contents(messages, { model: NEW })).toMatchObject([
      {},
      { parts: [{ functionCall: { id: 'c1' } }] },
      { parts: [{ functionResponse: { id: 'c1' } }] },
    ]);
  });

  it.each([
    ['[1,2]', { output: '[1,2]' }, {}],
    ['no JSON', { output: 'no JSON' }, {}],
    ['{"a":1}', { a: 1 }, {}],
    ['{"a":1}', { error: '{"a":1}' }, { isError: true }],
    ['', { output: '' }, {}],
  ])('writes the result %j as %j', (text, response, more) => {
    expect(contents([assistant(call('1')), result('1', text, more)])).toMatchObject([
      {},
      { parts: [{ functionResponse: { response } }] },
    ]);
  });

  it('shows arguments that are no object all the same', () => {
    const calls = [call('1', 'f', ''), call('2', 'f', '{"a":'), call('3', 'f', '[1]')];
    const custom: AssistantPart = { ...call('4', 'f', 'free text'), freeText: true } as AssistantPart;
    expect(contents([assistant(...calls, custom)])).toMatchObject([
      {
        parts: [
          { functionCall: { args: {} } },
          { functionCall: { args: { input: '{"a":' } } },
          { functionCall: { args: { input: '[1]' } } },
          { functionCall: { args: { input: 'free text' } } },
        ],
      },
    ]);
  });

  it('carries images of results inside of the response from Gemini 3 on, before that behind it', () => {
    const image: MediaPart = {
      kind: 'media',
      medium: 'image',
      source: { kind: 'data', mediaType: 'image/png', base64: 'AA==' },
    };
    const clip: MediaPart = {
      ...image,
      medium: 'video',
      source: { kind: 'data', mediaType: 'video/mp4', base64: 'BB==' },
    };
    const inlineData = { mimeType: 'image/png', data: 'AA==' };
    const messages = [
      assistant(call('1'), call('2')),
      result('1', 'see', { content: [{ kind: 'text', text: 'see' }, image, clip] }),
      result('2', 'x'),
    ];
    expect(contents(messages, { model: NEW })).toMatchObject([
      {},
      {
        parts: [
          { functionResponse: { response: { output: 'see' }, parts: [{ inlineData }] } },
          { functionResponse: { response: { output: 'x' } } },
        ],
      },
      { role: 'user', parts: [{ inlineData: { mimeType: 'video/mp4' } }] },
    ]);
    expect(contents(messages, { model: OLD })).toMatchObject([
      {},
      { parts: [{ functionResponse: { response: { output: 'see' } } }, { functionResponse: {} }] },
      { role: 'user', parts: [{ inlineData }, { inlineData: { mimeType: 'video/mp4' } }] },
    ]);
  });
});

describe('thought signatures written for Gemini', () => {
  const own = { family: 'gemini' as const, data: 'c2ln' };
  const foreign = { family: 'anthropic' as const, data: 'abc' };

  it('stand on the part that they came with, or on the part behind empty reasoning', () => {
    expect(
      contents([
        assistant(
          { kind: 'reasoning', text: 'hm', state: own },
          { kind: 'reasoning', text: '', state: { ...own, data: 'dHdv' } },
          { kind: 'text', text: 'a' },
          { ...call('1'), state: own } as AssistantPart,
          { kind: 'reasoning', text: '', state: own },
        ),
      ]),
    ).toMatchObject([
      {
        parts: [
          { text: 'hm', thought: true, thoughtSignature: 'c2ln' },
          { text: 'a', thoughtSignature: 'dHdv' },
          { functionCall: {}, thoughtSignature: 'c2ln' },
          { text: '', thoughtSignature: 'c2ln' },
        ],
      },
    ]);
  });

  it('are never those of another vendor, whose reasoning is left out and reported', () => {
    const messages = [
      user('x'),
      assistant(
        { kind: 'reasoning', text: 'claude thinks', state: foreign },
        { kind: 'text', text: 'a', state: foreign },
        { kind: 'reasoning', text: 'nobody knows who' },
      ),
    ];
    const { body, losses } = write({ messages });
    expect(body['contents']).toEqual([
      { role: 'user', parts: [{ text: 'x' }] },
      { role: 'model', parts: [{ text: 'a' }] },
    ]);
    expect(losses).toEqual(['reasoning', 'reasoning']);
  });

  it('have a placeholder on the first call of each step of the current turn, from Gemini 3 on', () => {
    const messages = [
      user('first'),
      assistant(call('0')),
      result('0', 'x'),
      user('second'),
      assistant(call('1'), call('2')),
      result('1', 'x'),
      result('2', 'x'),
      assistant({ ...call('3'), state: own } as AssistantPart),
      result('3', 'x'),
      assistant({ kind: 'text', text: 'then' }, call('4')),
      result('4', 'x'),
    ];
    const signatures = (context: Partial<WriteContext>): unknown[] =>
      (write({ messages }, context).body['contents'] as { parts: JsonObject[] }[])
        .flatMap(({ parts }) => parts)
        .filter((part) => part['functionCall'] !== undefined)
        .map((part) => part['thoughtSignature']);
    const placeholder = 'skip_thought_signature_validator';
    expect(signatures({ model: NEW })).toEqual([undefined, placeholder, undefined, 'c2ln', placeholder]);
    expect(signatures({ model: OLD })).toEqual([undefined, undefined, undefined, 'c2ln', undefined]);
    expect(signatures({ model: NEW, stateFamily: undefined }).every((signature) => signature === undefined)).toBe(true);
  });

  it('survive a way through a foreign client', () => {
    const there = writeState(own, 'anthropic');
    const back = readState(there, 'anthropic');
    expect(contents([assistant({ kind: 'reasoning', text: '', state: back }, call('1'))])).toMatchObject([
      { parts: [{ thoughtSignature: 'c2ln' }] },
    ]);
  });
});

describe('media written for Gemini', () => {
  const media = (source: MediaPart['source'], more: Partial<MediaPart> = {}): Message => ({
    role: 'user',
    parts: [{ kind: 'media', medium: 'image', source, ...more }],
  });

  it.each([
    [
      { kind: 'url', url: 'https://example.com/a.PNG?x=1' },
      { mimeType: 'image/png', fileUri: 'https://example.com/a.PNG?x=1' },
    ],
    [{ kind: 'url', url: 'https://example.com/image' }, { fileUri: 'https://example.com/image' }],
    [
      { kind: 'url', url: 'https://example.com/a.png', mediaType: 'image/webp' },
      { mimeType: 'image/webp', fileUri: 'https://example.com/a.png' },
    ],
    [
      { kind: 'url', url: 'gs://bucket/a.jpg' },
      { mimeType: 'image/jpeg', fileUri: 'gs://bucket/a.jpg' },
    ],
    [{ kind: 'url', url: 'https://youtu.be/abc.mp4' }, { fileUri: 'https://youtu.be/abc.mp4' }],
    [
      { kind: 'file', fileId: 'files/abc', mediaType: 'image/png' },
      { mimeType: 'image/png', fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc' },
    ],
  ] as const)('are fetched by Google: %j', (source, fileData) => {
    expect(contents([media(source)])).toEqual([{ role: 'user', parts: [{ fileData }] }]);
  });

  it('are refused where Gemini cannot have them', () => {
    expect(refusal(() => contents([media({ kind: 'url', url: 'http://example.com/a.png' })]))).toBe(
      'messages.content.image',
    );
    expect(refusal(() => contents([media({ kind: 'file', fileId: 'file-abc123' })]))).toBe('messages.content.image');
    const url = media({ kind: 'url', url: 'https://example.com/a.png' });
    expect(refusal(() => contents([url], { model: 'gemini-2.0-flash' }))).toBe('messages.content.image');
    const capabilities = { ...UNKNOWN_CAPABILITIES, input: ['image'] as const };
    const sound = media({ kind: 'data', mediaType: 'audio/wav', base64: 'AA==' }, { medium: 'audio' });
    expect(refusal(() => contents([sound], { capabilities }))).toBe('messages.content.audio');
    expect(refusal(() => contents([sound]))).toBe('not refused');
  });
});

describe('the rest of a request written for Gemini', () => {
  it('names every parameter as Google does', () => {
    const { body } = write({
      messages: [user('x')],
      tools: [
        { kind: 'function', name: 'f', description: 'd', parameters: { type: 'object', oneOf: [] } },
        { kind: 'function', name: 'g' },
      ],
      parameters: {
        maxOutputTokens: 100,
        temperature: 0,
        topP: 0.5,
        topK: 3,
        stop: ['END'],
        presencePenalty: 1,
        frequencyPenalty: -1,
        seed: 1,
        candidateCount: 1,
        logprobs: true,
        topLogprobs: 2,
        outputFormat: { kind: 'json-schema', name: 'n', schema: { type: 'object', additionalProperties: false } },
        toolChoice: { kind: 'required' },
        cachedContent: 'cachedContents/1',
        safetySettings: [{ category: 'c' }],
        labels: { a: 'b' },
        modalities: ['text', 'image'],
        serviceTier: 'default',
      },
    });
    expect(body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'x' }] }],
      tools: [
        {
          functionDeclarations: [
            { name: 'f', description: 'd', parametersJsonSchema: { type: 'object', oneOf: [] } },
            { name: 'g' },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
      safetySettings: [{ category: 'c' }],
      generationConfig: {
        maxOutputTokens: 100,
        temperature: 0,
        topP: 0.5,
        topK: 3,
        stopSequences: ['END'],
        presencePenalty: 1,
        frequencyPenalty: -1,
        seed: 1,
        responseLogprobs: true,
        logprobs: 2,
        responseMimeType: 'application/json',
        responseJsonSchema: { type: 'object', additionalProperties: false },
        responseModalities: ['TEXT', 'IMAGE'],
      },
      cachedContent: 'cachedContents/1',
      labels: { a: 'b' },
      serviceTier: 'standard',
    });
  });

  it.each([
    [{ kind: 'auto' }, { mode: 'AUTO' }],
    [{ kind: 'none' }, { mode: 'NONE' }],
    [{ kind: 'required' }, { mode: 'ANY' }],
    [
      { kind: 'tool', name: 'f' },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
    [
      { kind: 'allowed', mode: 'auto', names: ['f'] },
      { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
    ],
    [
      { kind: 'allowed', mode: 'required', names: ['f'] },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
  ] as const)('writes the choice of tools %j', (toolChoice, functionCallingConfig) => {
    expect(write({ parameters: { toolChoice } }).body['toolConfig']).toEqual({ functionCallingConfig });
  });

  it('carries plain web search from anywhere and its own tools, and refuses those of others', () => {
    const vendor = (type: string, value: JsonObject, webSearch = false): Partial<ModelRequest> => ({
      tools: [{ kind: 'vendor', type, webSearch, value }],
    });
    const search = write(
      vendor('web_search_20250305', { type: 'web_search_20250305', name: 'web_search', max_uses: 2 }, true),
    );
    expect(search).toEqual({
      body: { contents: [], tools: [{ googleSearch: {} }] },
      losses: ['tools.web_search_20250305'],
    });
    expect(write(vendor('urlContext', { urlContext: {} })).body['tools']).toEqual([{ urlContext: {} }]);
    expect(write(vendor('googleSearch', { googleSearch: { a: 1 } }, true)).body['tools']).toEqual([
      { googleSearch: { a: 1 } },
    ]);
    expect(refusal(() => write(vendor('computer', { type: 'computer' })))).toBe('tools');
    // A foreign tool of the same name holds nothing by that name.
    expect(refusal(() => write(vendor('code_execution', { type: 'code_execution' })))).toBe('tools');
    expect(write({ parameters: { webSearchOptions: {} } }).body['tools']).toEqual([{ googleSearch: {} }]);
  });

  it('reports what only tunes, once for each place', () => {
    const messages: Message[] = [
      { role: 'system', parts: [{ kind: 'text', text: 's', cacheMark: '5m' }] },
      {
        role: 'user',
        name: 'Ann',
        parts: [
          { kind: 'text', text: 'x', cacheMark: '1h' },
          {
            kind: 'media',
            medium: 'image',
            detail: 'low',
            source: { kind: 'data', mediaType: 'image/png', base64: '' },
          },
        ],
      },
    ];
    const tools = [{ kind: 'function' as const, name: 'f', strict: true, cacheMark: '5m' as const }];
    const { losses } = write({ messages, tools, parameters: { serviceTier: 'scale' } });
    expect(losses.toSorted()).toEqual([
      'cache_control',
      'cache_control',
      'cache_control',
      'messages.content.detail',
      'messages.name',
      'service_tier',
      'tools.strict',
    ]);
  });

  it('refuses parts that it does not know, and gives its own ones back', () => {
    const unknown = (type: string): Message => assistant({ kind: 'unknown', type, value: { [type]: { x: 1 } } });
    expect(refusal(() => contents([unknown('server_tool_use')]))).toBe('messages.content');
    expect(contents([unknown('executableCode')])).toEqual([{ role: 'model', parts: [{ executableCode: { x: 1 } }] }]);
  });

  it('is the same again after it was read and written', () => {
    const text = fc.string({ minLength: 1, maxLength: 8 });
    const state = fc.option(
      fc.base64String({ minLength: 4 }).map((data) => ({ family: 'gemini' as const, data })),
      {
        nil: undefined,
      },
    );
    const signed = fc.tuple(text, state).map(([words, signature]) => ({
      text: words,
      ...(signature === undefined ? {} : { thoughtSignature: signature.data }),
    }));
    const parts = fc.array(signed, { minLength: 1, maxLength: 4 });
    const turns = fc.array(fc.tuple(parts, parts), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(turns, (list) => {
        const written = list.flatMap(([asked, said]) => [
          { role: 'user', parts: asked.map((part) => ({ text: part.text })) },
          { role: 'model', parts: said },
        ]);
        const request = readGeminiModelRequest({ contents: written });
        expect(contents(request.messages, { model: NEW })).toEqual(written);
      }),
    );
  });
});
