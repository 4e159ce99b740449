import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeState } from '../../hub/state-envelope.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { Message, ModelRequest } from '../../spec/model-request.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { KNOWN_NAMES } from './known-names.js';
import { readRequest } from './read-request.js';

const HELLO = { role: 'user', content: 'hi' };

function read(members: JsonObject): ModelRequest {
  return readRequest({ model: 'm', messages: [HELLO], ...members });
}

function readMessages(...messages: readonly JsonObject[]): readonly Message[] {
  return readRequest({ messages }).messages;
}

/** The error that reading throws, as `field: problem`. */
function problemOf(body: JsonObject): string {
  try {
    readRequest(body);
  } catch (error) {
    if (error instanceof RequestUnreadableError) return `${error.field}: ${error.problem}`;
    throw error;
  }
  return 'none';
}

describe('messages of a chat request', () => {
  it('are read in every role, with answers of tools that follow one another as one', () => {
    expect(
      readMessages(
        { role: 'system', content: 'be brief' },
        { role: 'developer', content: [{ type: 'text', text: 'be kind' }] },
        { role: 'user', content: 'hi', name: 'ada' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
            { id: 'b', type: 'custom', custom: { name: 'g', input: 'free' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a', content: 'one' },
        { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'two' }] },
        { role: 'assistant', content: 'done', refusal: 'but not that' },
      ),
    ).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'be brief' }] },
      { role: 'system', parts: [{ kind: 'text', text: 'be kind' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'hi' }], name: 'ada' },
      {
        role: 'assistant',
        parts: [
          { kind: 'tool-call', callId: 'a', name: 'f', argumentsText: '{"x":1}' },
          { kind: 'tool-call', callId: 'b', name: 'g', argumentsText: 'free', freeText: true },
        ],
      },
      {
        role: 'tool',
        parts: [
          { kind: 'tool-result', callId: 'a', content: [{ kind: 'text', text: 'one' }] },
          { kind: 'tool-result', callId: 'b', content: [{ kind: 'text', text: 'two' }] },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { kind: 'text', text: 'done' },
          { kind: 'refusal', text: 'but not that' },
        ],
      },
    ]);
  });

  it.each<[string, JsonObject, object]>([
    [
      'an image by address',
      { type: 'image_url', image_url: { url: 'https://x/y.png', detail: 'low' } },
      { medium: 'image', source: { kind: 'url', url: 'https://x/y.png' }, detail: 'low' },
    ],
    [
      'an image whose address stands alone',
      { type: 'image_url', image_url: 'https://x/y.png' },
      { medium: 'image', source: { kind: 'url', url: 'https://x/y.png' } },
    ],
    [
      'an image with its bytes',
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      { medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AAAA' } },
    ],
    [
      'a data URI without base64',
      { type: 'image_url', image_url: { url: 'DATA:image/svg+xml;charset=utf-8,%3Csvg/%3E' } },
      { medium: 'image', source: { kind: 'data', mediaType: 'image/svg+xml', base64: 'PHN2Zy8+' } },
    ],
    [
      'a sound',
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      { medium: 'audio', source: { kind: 'data', mediaType: 'audio/mpeg', base64: 'AAAA' } },
    ],
    [
      'a video',
      { type: 'video_url', video_url: { url: 'https://x/y.mp4' } },
      { medium: 'video', source: { kind: 'url', url: 'https://x/y.mp4' } },
    ],
    [
      'a file with its bytes',
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
      { medium: 'document', source: { kind: 'data', mediaType: 'application/pdf', base64: 'AAAA' }, name: 'a.pdf' },
    ],
    [
      'a file with plain base64',
      { type: 'file', file: { filename: 'a.CSV', file_data: 'AAAA' } },
      { medium: 'document', source: { kind: 'data', mediaType: 'text/csv', base64: 'AAAA' }, name: 'a.CSV' },
    ],
    [
      'a file by id',
      { type: 'file', file: { file_id: 'file-1' } },
      { medium: 'document', source: { kind: 'file', fileId: 'file-1' } },
    ],
    [
      'a file that is an image',
      { type: 'file', file: { file_data: 'data:image/png;base64,AAAA' } },
      { medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AAAA' } },
    ],
  ])('hold %s', (_title, part, expected) => {
    expect(readMessages({ role: 'user', content: [part] })).toEqual([
      { role: 'user', parts: [{ kind: 'media', ...expected }] },
    ]);
  });

  it('keep a part of a type that is not known as it is', () => {
    const part = { type: 'hologram', depth: 3 };
    expect(readMessages({ role: 'user', content: [part] })[0]?.parts).toEqual([
      { kind: 'unknown', type: 'hologram', value: part },
    ]);
  });

  it('keep cache marks, Anthropic’s and OpenAI’s', () => {
    const marks: readonly JsonObject[] = [
      { cache_control: { type: 'ephemeral' } },
      { cache_control: { type: 'ephemeral', ttl: '1h' } },
      { prompt_cache_breakpoint: { mode: 'explicit' } },
      { prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } },
      { cache_control: null },
      {},
    ];
    const content = marks.map((mark) => ({ type: 'text', text: 'x', ...mark }));
    const [message] = readMessages({ role: 'user', content });
    expect(message?.parts.map((part) => ('cacheMark' in part ? part.cacheMark : undefined))).toEqual([
      '5m',
      '1h',
      '5m',
      '1h',
      undefined,
      undefined,
    ]);
  });
});

describe('reasoning that a client sends back', () => {
  const states: readonly ProviderState[] = [
    { family: 'anthropic', data: 'sig' },
    { family: 'anthropic', data: 'hidden', redacted: true },
    { family: 'openai', id: 'rs_1', data: 'enc' },
    { family: 'gemini', data: 'thought' },
    { family: 'x-acme', data: 'own' },
  ];

  it.each(states)('comes with the state that was given with it: %j', (state) => {
    const reasoning_details = [
      { type: 'reasoning.text', text: 'hm', signature: writeState(state, 'openai'), id: state.id },
    ];
    const [message] = readMessages({ role: 'assistant', content: 'x', reasoning_details: reasoning_details as Json });
    expect(message?.parts).toEqual([
      { kind: 'reasoning', text: 'hm', state },
      { kind: 'text', text: 'x' },
    ]);
  });

  it.each<[string, JsonObject, readonly object[]]>([
    ['reasoning_content', { reasoning_content: 'hm' }, [{ kind: 'reasoning', text: 'hm' }]],
    ['reasoning', { reasoning: 'hm' }, [{ kind: 'reasoning', text: 'hm' }]],
    [
      'fragments that belong together',
      {
        reasoning_details: [
          { type: 'reasoning.text', text: 'a', index: 0, format: 'anthropic-claude-v1' },
          { type: 'reasoning.text', text: 'b', index: 0, format: 'anthropic-claude-v1' },
          { type: 'reasoning.text', signature: 's', index: 0, format: 'anthropic-claude-v1' },
          { type: 'reasoning.encrypted', data: 'd', index: 1, format: 'anthropic-claude-v1' },
        ],
      },
      [
        { kind: 'reasoning', text: 'ab', state: { family: 'anthropic', data: 's' } },
        { kind: 'reasoning', text: '', state: { family: 'anthropic', data: 'd', redacted: true } },
      ],
    ],
    [
      'a summary and what it summarises',
      {
        reasoning_details: [
          { type: 'reasoning.summary', summary: 'hm', id: 'rs_1', index: 0, format: 'openai-responses-v1' },
          { type: 'reasoning.encrypted', data: 'enc', id: 'rs_1', index: 1, format: 'openai-responses-v1' },
        ],
      },
      [{ kind: 'reasoning', text: 'hm', state: { family: 'openai', id: 'rs_1', data: 'enc' } }],
    ],
    [
      'thinking as a part of the content',
      { content: [{ type: 'thinking', thinking: 'hm', signature: 's' }] },
      [{ kind: 'reasoning', text: 'hm', state: { family: 'anthropic', data: 's' } }],
    ],
    [
      'thinking in chunks',
      {
        content: [
          {
            type: 'thinking',
            thinking: [
              { type: 'text', text: 'h' },
              { type: 'text', text: 'm' },
            ],
          },
        ],
      },
      [{ kind: 'reasoning', text: 'hm' }],
    ],
  ])('is read from %s', (_title, members, parts) => {
    expect(readMessages({ role: 'assistant', ...members })[0]?.parts).toEqual(parts);
  });

  it('has Google’s state on a tool call and on a text', () => {
    const extra_content = { google: { thought_signature: 'sig' } };
    const [message] = readMessages({
      role: 'assistant',
      content: 'x',
      extra_content,
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content }],
    });
    const state = { family: 'gemini', data: 'sig' };
    expect(message?.parts).toEqual([
      { kind: 'text', text: 'x', state },
      { kind: 'tool-call', callId: 'a', name: 'f', argumentsText: '{}', state },
    ]);
  });
});

describe('tools of a chat request', () => {
  it('are functions, custom tools and those of vendors', () => {
    const custom = { type: 'custom', custom: { name: 'c', format: { type: 'text' } } };
    const search = { type: 'web_search_preview', search_context_size: 'low' };
    const { tools } = read({
      tools: [
        {
          type: 'function',
          function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
          cache_control: { type: 'ephemeral' },
        },
        { type: 'function', function: { name: 'g', parameters: null, strict: null } },
        custom,
        search,
      ],
    });
    expect(tools).toEqual([
      {
        kind: 'function',
        name: 'f',
        description: 'd',
        parameters: { type: 'object' },
        strict: true,
        cacheMark: '5m',
      },
      { kind: 'function', name: 'g' },
      { kind: 'vendor', type: 'custom', webSearch: false, value: custom },
      { kind: 'vendor', type: 'web_search_preview', webSearch: true, value: search },
    ]);
  });

  it.each<[Json, object]>([
    ['auto', { kind: 'auto' }],
    ['none', { kind: 'none' }],
    ['required', { kind: 'required' }],
    [
      { type: 'function', function: { name: 'f' } },
      { kind: 'tool', name: 'f' },
    ],
    [
      { type: 'custom', custom: { name: 'f' } },
      { kind: 'tool', name: 'f' },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: {
          mode: 'required',
          tools: [
            { type: 'function', function: { name: 'f' } },
            { type: 'custom', custom: { name: 'g' } },
          ],
        },
      },
      { kind: 'allowed', mode: 'required', names: ['f', 'g'] },
    ],
  ])('are chosen by %j', (tool_choice, expected) => {
    expect(read({ tool_choice }).parameters.toolChoice).toEqual(expected);
  });
});

describe('parameters of a chat request', () => {
  it('are read by name', () => {
    const members = {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      presence_penalty: 1,
      frequency_penalty: -1,
      seed: 7,
      n: 2,
      logit_bias: { 5: -100 },
      logprobs: true,
      top_logprobs: 3,
      user: 'u',
      safety_identifier: 's',
      metadata: { a: 'b' },
      store: false,
      service_tier: 'flex',
      parallel_tool_calls: false,
      verbosity: 'low',
      prediction: { type: 'content', content: 'x' },
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'wav' },
      web_search_options: {},
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      cached_content: 'cachedContents/1',
      safety_settings: [{ category: 'c' }],
      labels: { team: 't' },
    };
    expect(read(members).parameters).toEqual({
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      presencePenalty: 1,
      frequencyPenalty: -1,
      seed: 7,
      candidateCount: 2,
      logitBias: { 5: -100 },
      logprobs: true,
      topLogprobs: 3,
      user: 'u',
      safetyIdentifier: 's',
      metadata: { a: 'b' },
      store: false,
      serviceTier: 'flex',
      parallelToolCalls: false,
      verbosity: 'low',
      prediction: { type: 'content', content: 'x' },
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'wav' },
      webSearchOptions: {},
      promptCacheKey: 'k',
      promptCacheRetention: '24h',
      cachedContent: 'cachedContents/1',
      safetySettings: [{ category: 'c' }],
      labels: { team: 't' },
    });
  });

  it('that are null were not said', () => {
    const members = Object.fromEntries([...KNOWN_NAMES].map((name) => [name, null]));
    expect(readRequest({ ...members, messages: [HELLO], foo: null })).toEqual({
      streams: false,
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
      tools: [],
      parameters: {},
      unknownNames: [],
    });
  });

  it.each<[JsonObject, object]>([
    [{ max_tokens: 5 }, { maxOutputTokens: 5 }],
    [{ max_tokens: 5, max_completion_tokens: 6 }, { maxOutputTokens: 6 }],
    [{ stop: 'a' }, { stop: ['a'] }],
    [{ stop: ['a', 'b'] }, { stop: ['a', 'b'] }],
    [{ functions: [] }, { functions: true }],
    [{ function_call: 'auto' }, { functions: true }],
    [{ response_format: { type: 'text' } }, { outputFormat: { kind: 'text' } }],
    [{ response_format: { type: 'json_object' } }, { outputFormat: { kind: 'json' } }],
    [
      {
        response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
      },
      { outputFormat: { kind: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true } },
    ],
    [{ reasoning_effort: 'xhigh' }, { reasoning: { effort: 'xhigh' } }],
    [{ thinking: { type: 'enabled', budget_tokens: 2048 } }, { reasoning: { budgetTokens: 2048 } }],
    [{ thinking: { type: 'disabled' } }, { reasoning: { budgetTokens: 0 } }],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, { reasoning: { adaptive: true, visible: false } }],
    [{ reasoning: { effort: 'low', exclude: true } }, { reasoning: { effort: 'low', visible: false } }],
    [{ reasoning: { max_tokens: 9 } }, { reasoning: { budgetTokens: 9 } }],
    [{ reasoning: { enabled: true } }, { reasoning: { effort: 'medium' } }],
    [{ reasoning: { enabled: false } }, { reasoning: { effort: 'none' } }],
    [{ include_reasoning: true }, { reasoning: { visible: true } }],
    [{ reasoning_effort: 'high', reasoning: { effort: 'low' } }, { reasoning: { effort: 'high' } }],
  ])('%j', (members, expected) => {
    expect(read(members).parameters).toEqual(expected);
  });

  it('of unknown names are listed, those of the gateway are not', () => {
    expect(read({ zebra: 1, drop_tuning_params: false, stream_options: {}, apple: false }).unknownNames).toEqual([
      'zebra',
      'apple',
    ]);
  });

  it.each([
    [true, true],
    ['1', true],
    [2, true],
    ['no', false],
    [undefined, false],
  ])('stream: %j is read truthily as %j', (stream, streams) => {
    expect(read({ stream }).streams).toBe(streams);
  });
});

describe('a chat request that OpenAI would refuse', () => {
  it.each<[JsonObject, string]>([
    [{}, 'messages: must be a list that is not empty'],
    [{ messages: [] }, 'messages: must be a list that is not empty'],
    [{ messages: ['hi'] }, 'messages.0: must be an object'],
    [{ messages: [{ content: 'x' }] }, 'messages.0.role: must be one of system, developer, user, assistant, tool'],
    [
      { messages: [HELLO, { role: 'function', name: 'f', content: 'x' }] },
      'messages.1.role: is "function", which is deprecated; use "tool"',
    ],
    [
      { messages: [{ role: 'assistant', function_call: { name: 'f', arguments: '' } }] },
      'messages.0.function_call: is deprecated; use "tool_calls"',
    ],
    [{ messages: [{ role: 'user' }] }, 'messages.0.content: must be a string or a list'],
    [{ messages: [{ role: 'user', content: [] }] }, 'messages.0.content: must not be empty'],
    [{ messages: [{ role: 'user', content: [{ text: 'x' }] }] }, 'messages.0.content.0.type: must be a string'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages.0.content.0.text: must be a string'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      'messages.0.content.0.image_url.url: must be a string that is not empty',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png' } }] }] },
      'messages.0.content.0.image_url.url: is not a valid data URI',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA' } }] }] },
      'messages.0.content.0.input_audio.format: must be a string that is not empty',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] },
      'messages.0.content.0.file.file_id: must be a string that is not empty',
    ],
    [
      { messages: [{ role: 'system', content: [{ type: 'image_url', image_url: 'https://x' }] }] },
      'messages.0.content.0.type: must be "text"',
    ],
    [
      { messages: [{ role: 'assistant', content: null }] },
      'messages.0.content: is required unless there are tool calls',
    ],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: {} }] }] },
      'messages.0.tool_calls.0.function.name: must be a string that is not empty',
    ],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ type: 'function', function: { name: 'f' } }] }] },
      'messages.0.tool_calls.0.id: must be a string that is not empty',
    ],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.tool_call_id: must be a string that is not empty'],
  ])('is refused with the place of its fault: %j', (body, problem) => {
    expect(problemOf(body)).toBe(problem);
  });

  it.each<[JsonObject, string]>([
    [{ max_tokens: 'many' }, 'max_tokens: must be an integer'],
    [{ max_tokens: 1.5 }, 'max_tokens: must be an integer'],
    [{ max_completion_tokens: '7' }, 'max_completion_tokens: must be an integer'],
    [{ max_tokens: 0 }, 'max_tokens: must be at least 1'],
    [{ temperature: '1' }, 'temperature: must be a number'],
    [{ stop: 5 }, 'stop: must be a string or a list of strings'],
    [{ stop: [5] }, 'stop.0: must be a string'],
    [{ reasoning_effort: 'huge' }, 'reasoning_effort: must be one of none, minimal, low, medium, high, xhigh, max'],
    [{ verbosity: 'loud' }, 'verbosity: must be one of low, medium, high'],
    [{ response_format: 'json' }, 'response_format: must be an object'],
    [{ response_format: { type: 'yaml' } }, 'response_format.type: must be one of text, json_object, json_schema'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema: must be an object'],
    [{ tools: [{ function: { name: 'f' } }] }, 'tools.0.type: must be a string that is not empty'],
    [{ tools: [{ type: 'function' }] }, 'tools.0.function: must be an object'],
    [{ tools: ['f'] }, 'tools.0: must be an object'],
    [{ tool_choice: 'any' }, 'tool_choice: must be "none", "auto", "required" or an object that names tools'],
    [{ tool_choice: { type: 'x' } }, 'tool_choice.type: must be "function", "custom" or "allowed_tools"'],
    [
      { tool_choice: { type: 'allowed_tools', allowed_tools: { tools: [] } } },
      'tool_choice.allowed_tools.tools: must not be empty',
    ],
  ])('is refused for a parameter that it cannot be: %j', (members, problem) => {
    expect(problemOf({ messages: [HELLO], ...members })).toBe(problem);
  });

  it('is refused in no other way, whatever is in it', () => {
    const json = fc.jsonValue({ maxDepth: 1, depthSize: 'xsmall' });
    const names = fc.constantFrom(
      'type',
      'text',
      'role',
      'content',
      'function',
      'name',
      'id',
      'constructor',
      '__proto__',
    );
    const words = fc.constantFrom(
      'text',
      'image_url',
      'file',
      'function',
      'custom',
      'user',
      'assistant',
      'tool',
      'thinking',
    );
    const object = fc.dictionary(names, fc.oneof(json, words), { maxKeys: 4 });
    const message = fc.oneof(object, json);
    const body = fc.record(
      {
        messages: fc.oneof(json, fc.array(message, { maxLength: 3 })),
        tools: fc.oneof(json, fc.array(object, { maxLength: 2 })),
        ...Object.fromEntries([...KNOWN_NAMES].slice(5).map((name) => [name, fc.oneof(json, object)])),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, (members) => {
        expect(problemOf(members as JsonObject)).toBeTypeOf('string');
      }),
      { numRuns: 300 },
    );
  });
});
