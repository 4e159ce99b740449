import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeState } from '../../hub/state-envelope.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { Message } from '../../spec/model-request.js';
import { readRequest } from './read-request.js';

const HELLO: Json = [{ role: 'user', content: 'hello' }];

function read(members: JsonObject): ReturnType<typeof readRequest> {
  return readRequest({ model: 'm', max_tokens: 10, messages: HELLO, ...members });
}

function messagesOf(...messages: readonly Json[]): readonly Message[] {
  return read({ messages }).messages;
}

function problemOf(members: JsonObject): string | undefined {
  try {
    read(members);
    return undefined;
  } catch (error) {
    return error instanceof RequestUnreadableError ? error.message : String(error);
  }
}

describe('the messages of a Messages request', () => {
  it('have the system prompt first, as text or as blocks with cache marks', () => {
    const system = { role: 'system', parts: [{ kind: 'text', text: 'be brief' }] };
    expect(read({ system: 'be brief' }).messages[0]).toEqual(system);
    expect(
      read({
        system: [
          { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
          { type: 'text', text: 'b', cache_control: { type: 'ephemeral', ttl: '1h' } },
        ],
      }).messages[0],
    ).toEqual({
      role: 'system',
      parts: [
        { kind: 'text', text: 'a', cacheMark: '5m' },
        { kind: 'text', text: 'b', cacheMark: '1h' },
      ],
    });
    expect(read({ system: '' }).messages).toHaveLength(1);
  });

  it('keep instructions in the middle of a conversation where they stand', () => {
    expect(messagesOf({ role: 'user', content: 'a' }, { role: 'system', content: 'b' })).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'a' }] },
      { role: 'system', parts: [{ kind: 'text', text: 'b' }] },
    ]);
  });

  it('have results of tools before the rest of their user message', () => {
    const messages = messagesOf({
      role: 'user',
      content: [
        { type: 'text', text: 'go on' },
        { type: 'tool_result', tool_use_id: 'a', content: 'sunny', cache_control: { type: 'ephemeral' } },
        { type: 'tool_result', tool_use_id: 'b', is_error: true },
      ],
    });
    expect(messages).toEqual([
      {
        role: 'tool',
        parts: [
          { kind: 'tool-result', callId: 'a', content: [{ kind: 'text', text: 'sunny' }], cacheMark: '5m' },
          { kind: 'tool-result', callId: 'b', content: [], isError: true },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'go on' }] },
    ]);
  });

  it('hold images and documents, also in what tools answered', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
    const png = { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AAAA' } };
    const messages = messagesOf({
      role: 'user',
      content: [
        image,
        { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
        { type: 'image', source: { type: 'file', file_id: 'file_1' } },
        { type: 'document', title: 'T', source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' } },
        { type: 'document', source: { type: 'url', url: 'https://x/y.pdf' } },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'é' } },
        { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'é' }] } },
        { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'see' }, image] },
      ],
    });
    const plain = {
      kind: 'media',
      medium: 'document',
      source: { kind: 'data', mediaType: 'text/plain', base64: Buffer.from('é').toString('base64') },
    };
    expect(messages).toEqual([
      { role: 'tool', parts: [{ kind: 'tool-result', callId: 'a', content: [{ kind: 'text', text: 'see' }, png] }] },
      {
        role: 'user',
        parts: [
          png,
          { kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://x/y.png' } },
          { kind: 'media', medium: 'image', source: { kind: 'file', fileId: 'file_1' } },
          {
            kind: 'media',
            medium: 'document',
            name: 'T',
            source: { kind: 'data', mediaType: 'application/pdf', base64: 'BBBB' },
          },
          {
            kind: 'media',
            medium: 'document',
            source: { kind: 'url', url: 'https://x/y.pdf', mediaType: 'application/pdf' },
          },
          plain,
          plain,
        ],
      },
    ]);
  });

  it('hold what the model said, thought and called', () => {
    const foreign = { family: 'gemini', data: 'sig' } as const;
    const citation = { type: 'web_search_result_location', url: 'https://x', title: 'X', cited_text: 'q' };
    const [message] = messagesOf({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 's' },
        { type: 'thinking', thinking: '', signature: writeState(foreign, 'anthropic') },
        { type: 'thinking', thinking: 'unsigned', signature: '' },
        { type: 'redacted_thinking', data: 'd' },
        { type: 'text', text: 'let me look', citations: [citation] },
        { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 }, cache_control: { type: 'ephemeral' } },
      ],
    });
    expect(message).toEqual({
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'hm', state: { family: 'anthropic', data: 's' } },
        { kind: 'reasoning', text: '', state: foreign },
        { kind: 'reasoning', text: 'unsigned' },
        { kind: 'reasoning', text: '', state: { family: 'anthropic', data: 'd', redacted: true } },
        {
          kind: 'text',
          text: 'let me look',
          citations: [
            { kind: 'url', url: 'https://x', title: 'X', quote: 'q', raw: { family: 'anthropic', value: citation } },
          ],
        },
        { kind: 'tool-call', callId: 'a', name: 'f', argumentsText: '{"x":1}', cacheMark: '5m' },
      ],
    });
  });

  it('keep blocks that the hub has no word for as they are; as JSON where a tool answered with them', () => {
    const search = { type: 'search_result', source: 's', title: 't', content: [] };
    const use = { type: 'server_tool_use', id: 'srv', name: 'web_search', input: {} };
    expect(
      messagesOf(
        { role: 'user', content: [search, { type: 'tool_result', tool_use_id: 'a', content: [search] }] },
        { role: 'assistant', content: [use] },
      ),
    ).toEqual([
      {
        role: 'tool',
        parts: [{ kind: 'tool-result', callId: 'a', content: [{ kind: 'text', text: JSON.stringify(search) }] }],
      },
      { role: 'user', parts: [{ kind: 'unknown', type: 'search_result', value: search }] },
      { role: 'assistant', parts: [{ kind: 'unknown', type: 'server_tool_use', value: use }] },
    ]);
  });
});

describe('the tools and parameters of a Messages request', () => {
  it('tell functions from tools of the vendor, and recognise the search of the web', () => {
    const search = { type: 'web_search_20260209', name: 'web_search' };
    const bash = { type: 'bash_20250124', name: 'bash' };
    const schema = { type: 'object' };
    expect(
      read({
        tools: [
          { name: 'f', input_schema: schema, cache_control: { type: 'ephemeral' } },
          { type: 'custom', name: 'g', description: 'd', input_schema: schema, strict: true },
          search,
          bash,
        ],
      }).tools,
    ).toEqual([
      { kind: 'function', name: 'f', parameters: schema, cacheMark: '5m' },
      { kind: 'function', name: 'g', description: 'd', parameters: schema, strict: true },
      { kind: 'vendor', type: 'web_search_20260209', webSearch: true, value: search },
      { kind: 'vendor', type: 'bash_20250124', webSearch: false, value: bash },
    ]);
  });

  it.each<[JsonObject, JsonObject]>([
    [
      { max_tokens: 5, temperature: 0, top_p: 1, top_k: 3 },
      { maxOutputTokens: 5, temperature: 0, topP: 1, topK: 3 },
    ],
    [{ stop_sequences: ['a', 'b'] }, { stop: ['a', 'b'] }],
    [{ stop_sequences: [] }, {}],
    [
      { metadata: { user_id: 'u' }, service_tier: 'auto' },
      { user: 'u', serviceTier: 'auto' },
    ],
    [{ tool_choice: { type: 'auto' } }, { toolChoice: { kind: 'auto' } }],
    [
      { tool_choice: { type: 'any', disable_parallel_tool_use: true } },
      { toolChoice: { kind: 'required' }, parallelToolCalls: false },
    ],
    [
      { tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: false } },
      { toolChoice: { kind: 'tool', name: 'f' } },
    ],
    [{ tool_choice: { type: 'none' } }, { toolChoice: { kind: 'none' } }],
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, { reasoning: { budgetTokens: 2000 } }],
    [
      { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'max' } },
      { reasoning: { adaptive: true, visible: false, effort: 'max' } },
    ],
    [{ thinking: { type: 'adaptive', display: 'summarized' } }, { reasoning: { adaptive: true, visible: true } }],
    [
      { thinking: { type: 'disabled' }, output_config: { effort: 'high' } },
      { reasoning: { effort: 'none', budgetTokens: 0 } },
    ],
    [{ thinking: { type: 'between_tools' } }, { reasoning: { effort: 'none', budgetTokens: 0 } }],
    [
      { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
      { outputFormat: { kind: 'json-schema', name: 'answer', schema: { type: 'object' }, strict: true } },
    ],
    [
      { output_format: { type: 'json_schema', schema: { type: 'object' } } },
      { outputFormat: { kind: 'json-schema', name: 'answer', schema: { type: 'object' }, strict: true } },
    ],
    [{ temperature: null, tools: null, thinking: null, stop_sequences: null, metadata: null }, {}],
  ])('reads %j as %j', (members, parameters) => {
    expect(read({ max_tokens: null, ...members }).parameters).toEqual(parameters);
  });

  it('names what only Anthropic understands, also inside of what is read', () => {
    expect(
      read({
        container: 'c',
        mcp_servers: [],
        speed: null,
        drop_tuning_params: false,
        metadata: { user_id: 'u', session: 's' },
        output_config: { effort: 'low', task_budget: {} },
        thinking: { type: 'some_new_way' },
        tools: [{ name: 'f', input_schema: {}, input_examples: [] }],
        messages: [
          {
            role: 'user',
            content: [
              {
                type: 'document',
                context: 'c',
                citations: { enabled: true },
                source: { type: 'text', media_type: 'text/plain', data: '' },
              },
            ],
          },
        ],
      }).unknownNames.toSorted(),
    ).toEqual([
      'container',
      'mcp_servers',
      'messages.content.citations',
      'messages.content.context',
      'metadata.session',
      'output_config.task_budget',
      'thinking',
      'tools.input_examples',
    ]);
  });

  it('asks for a stream in every spelling of true', () => {
    expect(read({ stream: true }).streams).toBe(true);
    expect(read({ stream: 'true' }).streams).toBe(true);
    expect(read({}).streams).toBe(false);
  });
});

describe('a Messages request that cannot be read', () => {
  it.each<[JsonObject, string]>([
    [{ messages: undefined }, '"messages" must have at least one message'],
    [{ messages: [] }, '"messages" must have at least one message'],
    [{ messages: 'hi' }, '"messages" must be a list'],
    [{ messages: ['hi'] }, '"messages.0" must be an object'],
    [{ messages: [{ role: 'tool', content: '' }] }, '"messages.0.role" must be user, assistant or system'],
    [{ messages: [{ role: 'user' }] }, '"messages.0.content" is required'],
    [{ messages: [{ role: 'user', content: 7 }] }, '"messages.0.content" must be a list'],
    [{ messages: [{ role: 'user', content: [{}] }] }, '"messages.0.content.0.type" is required'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, '"messages.0.content.0.text" is required'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', data: 'A' } }] }] },
      '"messages.0.content.0.source.media_type" is required',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'smell' } }] }] },
      '"messages.0.content.0.source.type" is not a source that is known',
    ],
    [
      { messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: 'x' }] }] },
      '"messages.0.content.0.input" must be an object',
    ],
    [{ system: 7 }, '"system" must be a list'],
    [{ max_tokens: '5' }, '"max_tokens" must be a whole number of at least 0'],
    [{ temperature: 'hot' }, '"temperature" must be a number'],
    [{ stop_sequences: ['a', 7] }, '"stop_sequences.1" must be a string'],
    [{ tools: [{ name: 'f' }] }, '"tools.0.input_schema" is required'],
    [{ tool_choice: { type: 'maybe' } }, '"tool_choice.type" must be auto, any, tool or none'],
    [{ thinking: { type: 'enabled' } }, '"thinking.budget_tokens" is required'],
    [{ output_config: { effort: 'some' } }, '"output_config.effort" must be one of low, medium, high, xhigh, max'],
    [{ output_config: { format: { type: 'xml' } } }, '"output_config.format.type" must be json_schema'],
  ])('names the place and the problem: %j', (members, problem) => {
    expect(problemOf(members)).toBe(problem);
  });

  it('throws nothing else, whatever the body is', () => {
    const leaf = fc.constantFrom<Json>(null, 7, '', 'text', [], [null], {}, { type: 'text' }, [{ type: 'base64' }]);
    const kind = fc.constantFrom('text', 'image', 'document', 'thinking', 'tool_use', 'tool_result', 'url', 'x');
    const block = fc.record(
      { type: kind, text: leaf, source: leaf, content: leaf, id: leaf, input: leaf, citations: leaf },
      { requiredKeys: [] },
    );
    const content = fc.oneof(leaf, fc.array(block, { maxLength: 3 }));
    const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'system', 7), content });
    const body = fc.record(
      {
        messages: fc.oneof({ weight: 9, arbitrary: fc.array(message, { maxLength: 3 }) }, leaf),
        system: content,
        tools: leaf,
        tool_choice: leaf,
        thinking: leaf,
        output_config: leaf,
        metadata: leaf,
        max_tokens: leaf,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, (members) => {
        try {
          expect(readRequest(members as JsonObject).messages).toBeInstanceOf(Array);
        } catch (error) {
          expect(error).toBeInstanceOf(RequestUnreadableError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
