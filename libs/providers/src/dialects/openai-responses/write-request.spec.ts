import { describe, expect, it } from 'vitest';
import type { WriteContext } from '../../spec/codec.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { Message, ModelRequest } from '../../spec/model-request.js';
import type { AssistantPart, MediaPart, ToolResultPart, UserPart } from '../../spec/part.js';
import { modelRequest, writeContext } from './testing/contexts.js';
import { writeRequest } from './write-request.js';

function write(request: Partial<ModelRequest>, context: WriteContext = writeContext()): JsonObject {
  return writeRequest(modelRequest(request), context);
}

function inputOf(messages: readonly Message[], context?: WriteContext): Json | undefined {
  return write({ messages }, context)['input'];
}

function say(role: 'system' | 'user', text: string): Message {
  return { role, parts: [{ kind: 'text', text }] };
}

function assistant(...parts: AssistantPart[]): Message {
  return { role: 'assistant', parts };
}

function userBlock(part: UserPart, context?: WriteContext): unknown {
  return (inputOf([{ role: 'user', parts: [part] }], context) as readonly { content: readonly Json[] }[])[0]
    ?.content[0];
}

function refusedField(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof UnsupportedFieldError) return error.field;
    throw error;
  }
}

describe('a request for a Responses provider', () => {
  it('keeps nothing at the provider and asks for the state of the reasoning', () => {
    expect(write({})).toEqual({
      model: 'gpt-5.4',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
      include: ['reasoning.encrypted_content'],
      store: false,
    });
    expect(write({ parameters: { store: true }, streams: true })).toMatchObject({ store: true, stream: true });
  });

  it.each([
    ['a model that is known not to reason', writeContext({ model: 'x', capabilities: { thinking: 'none' } })],
    ['a model from before GPT-5 of which nothing is known', writeContext({ model: 'ft:gpt-4o-mini:acme' })],
    ['a model of another family', writeContext({ stateFamily: undefined })],
  ])('does not ask %s for it, which would be refused', (_name, context) => {
    expect(write({}, context)['include']).toBeUndefined();
  });
});

describe('the conversation for a Responses provider', () => {
  it('begins with instructions; what the operator says later stays in its place', () => {
    const written = write({ messages: [say('system', 'A'), say('system', 'B'), say('user', 'U'), say('system', 'C')] });
    expect(written['instructions']).toBe('A\n\nB');
    expect(written['input']).toMatchObject([{ role: 'user' }, { role: 'developer', content: [{ text: 'C' }] }]);
  });

  it('has an input also when the operator alone speaks', () => {
    const written = write({ messages: [say('system', 'A')] });
    expect(written['instructions']).toBeUndefined();
    expect(written['input']).toMatchObject([{ role: 'developer', content: [{ type: 'input_text', text: 'A' }] }]);
  });

  it('goes back as the items that OpenAI answered with', () => {
    const state = { family: 'openai', id: 'rs_1', data: 'enc' } as const;
    const results: ToolResultPart[] = [
      { kind: 'tool-result', callId: 'a', content: [{ kind: 'text', text: '1' }] },
      { kind: 'tool-result', callId: 'b', content: [], isError: true },
    ];
    const context = writeContext();
    const input = inputOf(
      [
        assistant(
          { kind: 'reasoning', text: 'hm', state },
          { kind: 'text', text: 'I look.' },
          { kind: 'refusal', text: 'no' },
          { kind: 'tool-call', callId: 'a', name: 'f', argumentsText: '' },
          { kind: 'tool-call', callId: 'b', name: 'p', argumentsText: 'raw', freeText: true },
        ),
        { role: 'tool', parts: results },
      ],
      context,
    );
    expect(input).toEqual([
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'enc' },
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'I look.', annotations: [] },
          { type: 'refusal', refusal: 'no' },
        ],
      },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'custom_tool_call', call_id: 'b', name: 'p', input: 'raw' },
      { type: 'function_call_output', call_id: 'a', output: '1' },
      { type: 'custom_tool_call_output', call_id: 'b', output: '' },
    ]);
    expect(context.lost.map(({ field }) => field)).toEqual(['messages.content.is_error']);
  });

  it('leaves out reasoning that the model would refuse: of another family, unsigned, or with nothing behind it', () => {
    const text: AssistantPart = { kind: 'text', text: 'x' };
    const own: AssistantPart = { kind: 'reasoning', text: '', state: { family: 'openai', data: 'enc' } };
    const foreign: AssistantPart = { kind: 'reasoning', text: 'r', state: { family: 'anthropic', data: 'sig' } };
    for (const parts of [
      [foreign, text],
      [{ kind: 'reasoning', text: 'r' } as const, text],
      [text, own],
    ]) {
      const context = writeContext();
      expect(inputOf([assistant(...parts)], context)).toMatchObject([{ type: 'message' }]);
      expect(context.lost.map(({ field }) => field)).toEqual(['reasoning']);
    }
  });

  it('shortens ids that OpenAI would refuse, the same way for a call and its result', () => {
    const callId = 'x'.repeat(65);
    const [call, result] = inputOf([
      assistant({ kind: 'tool-call', callId, name: 'f', argumentsText: '{}' }),
      { role: 'tool', parts: [{ kind: 'tool-result', callId, content: [] }] },
    ]) as readonly { call_id: string }[];
    expect(call?.call_id).toMatch(/^[0-9a-f]{64}$/);
    expect(result?.call_id).toBe(call?.call_id);
  });

  it('carries images, documents and sounds', () => {
    const data = { kind: 'data', mediaType: 'image/png', base64: 'iVBO' } as const;
    expect(userBlock({ kind: 'media', medium: 'image', source: data, detail: 'low' })).toEqual({
      type: 'input_image',
      detail: 'low',
      image_url: 'data:image/png;base64,iVBO',
    });
    expect(userBlock({ kind: 'media', medium: 'image', source: { kind: 'file', fileId: 'file-1' } })).toEqual({
      type: 'input_image',
      detail: 'auto',
      file_id: 'file-1',
    });
    const pdf = { kind: 'data', mediaType: 'application/pdf', base64: 'JVBE' } as const;
    expect(userBlock({ kind: 'media', medium: 'document', source: pdf })).toEqual({
      type: 'input_file',
      filename: 'document.pdf',
      file_data: 'data:application/pdf;base64,JVBE',
    });
    expect(userBlock({ kind: 'media', medium: 'document', source: { kind: 'url', url: 'https://x/a.pdf' } })).toEqual({
      type: 'input_file',
      file_url: 'https://x/a.pdf',
    });
    const wav = { kind: 'data', mediaType: 'audio/wav', base64: 'UklG' } as const;
    expect(userBlock({ kind: 'media', medium: 'audio', source: wav })).toEqual({
      type: 'input_audio',
      input_audio: { data: 'UklG', format: 'wav' },
    });
  });

  it.each<[string, UserPart, WriteContext?]>([
    ['video', { kind: 'media', medium: 'video', source: { kind: 'url', url: 'https://x/v' } }],
    ['sound by its address', { kind: 'media', medium: 'audio', source: { kind: 'url', url: 'https://x/a' } }],
    ['the file of another vendor', { kind: 'media', medium: 'image', source: { kind: 'file', fileId: 'file_011C' } }],
    ['a block of another dialect', { kind: 'unknown', type: 'search_result', value: {} }],
    [
      'an image for a model that sees none',
      { kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://x/i' } },
      writeContext({ capabilities: { input: ['document'] } }),
    ],
  ])('is refused when it holds %s', (_name, part, context) => {
    expect(refusedField(() => userBlock(part, context))).toBe('messages.0.content.0');
  });

  it('is refused when the model itself shows an image', () => {
    const image: MediaPart = { kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://x/i' } };
    expect(refusedField(() => inputOf([assistant(image)]))).toBe('messages.0.content.0');
  });

  it('loses marks of caches and names of participants, and says so', () => {
    const context = writeContext();
    inputOf(
      [
        { role: 'system', parts: [{ kind: 'text', text: 's', cacheMark: '1h' }] },
        { role: 'user', name: 'Ann', parts: [{ kind: 'text', text: 'u', cacheMark: '5m' }] },
      ],
      context,
    );
    expect(context.lost.map(({ field }) => field).sort()).toEqual(['cache_control', 'cache_control', 'messages.name']);
  });
});

describe('the tools for a Responses provider', () => {
  it('are strict only when the client asks for it', () => {
    const { tools } = write({
      tools: [
        { kind: 'function', name: 'f', description: 'F', parameters: { type: 'object' } },
        { kind: 'function', name: 'g', strict: true },
      ],
    });
    expect(tools).toEqual([
      { type: 'function', name: 'f', description: 'F', parameters: { type: 'object' }, strict: false },
      { type: 'function', name: 'g', parameters: { type: 'object', properties: {} }, strict: true },
    ]);
  });

  it('carry every vendor’s web search, with where to search and from where', () => {
    const context = writeContext();
    const user_location = { type: 'approximate', country: 'DE' };
    const value = {
      type: 'web_search_20250305',
      name: 'web_search',
      allowed_domains: ['a.de'],
      max_uses: 3,
      user_location,
    };
    const { tools, tool_choice } = write(
      {
        tools: [{ kind: 'vendor', type: 'web_search_20250305', webSearch: true, value }],
        parameters: { toolChoice: { kind: 'tool', name: 'web_search' } },
      },
      context,
    );
    expect(tools).toEqual([{ type: 'web_search', filters: { allowed_domains: ['a.de'] }, user_location }]);
    expect(tool_choice).toEqual({ type: 'web_search' });
    expect(context.lost.map(({ field }) => field)).toEqual(['tools.max_uses']);
    const options = {
      search_context_size: 'low',
      user_location: { type: 'approximate', approximate: { city: 'Bonn' } },
    };
    expect(write({ parameters: { webSearchOptions: options } })['tools']).toEqual([
      { type: 'web_search', search_context_size: 'low', user_location: { city: 'Bonn', type: 'approximate' } },
    ]);
  });

  it('are OpenAI’s own as they are, and chat’s custom tools one level up', () => {
    const grammar = { syntax: 'lark', definition: 'start: "x"' };
    const { tools, tool_choice } = write({
      tools: [
        { kind: 'vendor', type: 'file_search', webSearch: false, value: { type: 'file_search', vector_store_ids: [] } },
        {
          kind: 'vendor',
          type: 'custom',
          webSearch: false,
          value: { type: 'custom', custom: { name: 'p', format: { type: 'grammar', grammar } } },
        },
      ],
      parameters: { toolChoice: { kind: 'allowed', mode: 'auto', names: ['p', 'file_search', 'f'] } },
    });
    expect(tools).toEqual([
      { type: 'file_search', vector_store_ids: [] },
      { type: 'custom', name: 'p', format: { type: 'grammar', ...grammar } },
    ]);
    expect(tool_choice).toEqual({
      type: 'allowed_tools',
      mode: 'auto',
      tools: [{ type: 'custom', name: 'p' }, { type: 'file_search' }, { type: 'function', name: 'f' }],
    });
  });

  it('are refused when another vendor alone has them', () => {
    const tool = { kind: 'vendor', type: 'bash_20250124', webSearch: false, value: {} } as const;
    expect(refusedField(() => write({ tools: [tool] }))).toBe('tools.0');
  });
});

describe('the parameters for a Responses provider', () => {
  it('are all written', () => {
    expect(
      write({
        parameters: {
          maxOutputTokens: 100,
          temperature: 0.5,
          topP: 0.9,
          logprobs: true,
          topLogprobs: 3,
          user: 'u',
          safetyIdentifier: 's',
          metadata: { a: 'b' },
          serviceTier: 'flex',
          parallelToolCalls: false,
          toolChoice: { kind: 'required' },
          outputFormat: { kind: 'json-schema', name: 'n', schema: {}, strict: true },
          verbosity: 'low',
          reasoning: { effort: 'high', visible: true },
          promptCacheKey: 'k',
          promptCacheRetention: '24h',
          truncation: 'auto',
          previousResponseId: 'resp_0',
          background: true,
        },
      }),
    ).toMatchObject({
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_logprobs: 3,
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
      user: 'u',
      safety_identifier: 's',
      metadata: { a: 'b' },
      service_tier: 'flex',
      parallel_tool_calls: false,
      tool_choice: 'required',
      text: { format: { type: 'json_schema', name: 'n', schema: {}, strict: true }, verbosity: 'low' },
      reasoning: { effort: 'high', summary: 'auto' },
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      truncation: 'auto',
      previous_response_id: 'resp_0',
      background: true,
    });
  });

  it.each([
    [{ budgetTokens: 1024 }, { effort: 'low' }],
    [
      { budgetTokens: 4096, visible: true },
      { effort: 'medium', summary: 'auto' },
    ],
    [{ budgetTokens: 31_999 }, { effort: 'high' }],
    [{ budgetTokens: -1, adaptive: true }, undefined],
    [{ effort: 'minimal', budgetTokens: 9 } as const, { effort: 'minimal' }],
    [{ effort: 'none', visible: false } as const, { effort: 'none' }],
  ])('turn the reasoning %j into %j', (reasoning, expected) => {
    expect(write({ parameters: { reasoning } })['reasoning']).toEqual(expected);
  });

  it('tell when a model cannot be kept from thinking, and when a cap is too small to be taken', () => {
    const context = writeContext();
    const written = write({ parameters: { reasoning: { budgetTokens: 0 }, maxOutputTokens: 1 } }, context);
    expect(written).toMatchObject({ reasoning: { effort: 'low' }, max_output_tokens: 16 });
    expect(context.lost.map(({ field }) => field).sort()).toEqual(['max_output_tokens', 'thinking']);
  });
});
