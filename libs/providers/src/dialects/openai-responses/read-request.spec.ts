import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeState } from '../../hub/state-envelope.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { Message, ModelRequest } from '../../spec/model-request.js';
import { readRequest } from './read-request.js';

function read(body: JsonObject): ModelRequest {
  return readRequest({ model: 'm', input: 'Hello', ...body });
}

function messagesOf(input: Json): readonly Message[] {
  return read({ input }).messages;
}

/** Where a request cannot be read; undefined when it can. */
function unreadableField(body: JsonObject): string | undefined {
  try {
    read(body);
    return undefined;
  } catch (error) {
    if (error instanceof RequestUnreadableError) return error.field;
    throw error;
  }
}

describe('the conversation of a Responses request', () => {
  it('may be a text, after the instructions of the operator', () => {
    expect(read({ instructions: 'Be brief.' }).messages).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'Hello' }] },
    ]);
  });

  it('may be easy messages and message items of every role', () => {
    expect(
      messagesOf([
        { role: 'developer', content: 'D' },
        { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'S' }] },
        { role: 'user', content: [{ type: 'input_text', text: 'U' }] },
        { role: 'assistant', content: 'A' },
        {
          type: 'message',
          role: 'assistant',
          id: 'msg_1',
          status: 'completed',
          content: [
            { type: 'output_text', text: 'B', annotations: [] },
            { type: 'refusal', refusal: 'no' },
          ],
        },
      ]),
    ).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'D' }] },
      { role: 'system', parts: [{ kind: 'text', text: 'S' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'U' }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'text', text: 'A' },
          { kind: 'text', text: 'B' },
          { kind: 'refusal', text: 'no' },
        ],
      },
    ]);
  });

  it('makes one message of what the model said in one go, and one of the results of its calls', () => {
    const call = (id: string): JsonObject => ({ type: 'function_call', call_id: id, name: 'f', arguments: '{}' });
    const result = (id: string): JsonObject => ({ type: 'function_call_output', call_id: id, output: id });
    const messages = messagesOf([
      { role: 'user', content: 'Go' },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'enc' },
      { role: 'assistant', content: 'I look.' },
      call('a'),
      call('b'),
      result('a'),
      result('b'),
      call('c'),
      result('c'),
    ]);
    expect(messages.map(({ role, parts }) => `${role}: ${parts.map(({ kind }) => kind).join(' ')}`)).toEqual([
      'user: text',
      'assistant: reasoning text tool-call tool-call',
      'tool: tool-result tool-result',
      'assistant: tool-call',
      'tool: tool-result',
    ]);
  });

  it('is one message, however many thousand items it comes in', () => {
    const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' };
    const output = { type: 'function_call_output', call_id: 'c', output: '' };
    const many = 50_000;
    const items = (item: JsonObject): readonly JsonObject[] => Array.from({ length: many }, () => item);
    const messages = messagesOf([...items(call), ...items(output)]);
    expect(messages.map(({ parts }) => parts.length)).toEqual([many, many]);
  });

  it('reads images, files and sounds, wherever their bytes are', () => {
    const parts = messagesOf([
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: 'data:image/PNG;base64,iVBO', detail: 'high' },
          { type: 'input_image', image_url: 'https://example.com/x.png' },
          { type: 'input_image', file_id: 'file-1' },
          { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' },
          { type: 'input_file', file_data: 'JVBE' },
          { type: 'input_file', file_url: 'https://example.com/a.pdf' },
          { type: 'input_audio', input_audio: { data: 'SUQz', format: 'mp3' } },
        ],
      },
    ])[0]?.parts;
    expect(parts).toEqual([
      {
        kind: 'media',
        medium: 'image',
        source: { kind: 'data', mediaType: 'image/png', base64: 'iVBO' },
        detail: 'high',
      },
      { kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://example.com/x.png' } },
      { kind: 'media', medium: 'image', source: { kind: 'file', fileId: 'file-1' } },
      {
        kind: 'media',
        medium: 'document',
        source: { kind: 'data', mediaType: 'application/pdf', base64: 'JVBE' },
        name: 'a.pdf',
      },
      { kind: 'media', medium: 'document', source: { kind: 'data', mediaType: 'application/pdf', base64: 'JVBE' } },
      { kind: 'media', medium: 'document', source: { kind: 'url', url: 'https://example.com/a.pdf' } },
      { kind: 'media', medium: 'audio', source: { kind: 'data', mediaType: 'audio/mpeg', base64: 'SUQz' } },
    ]);
  });

  it('reads the output of a tool that is text, or a list with images', () => {
    const [message] = messagesOf([
      {
        type: 'function_call_output',
        call_id: 'a',
        output: [
          { type: 'input_text', text: 'see' },
          { type: 'input_image', image_url: 'https://example.com/x.png' },
        ],
      },
    ]);
    expect(message?.parts[0]).toMatchObject({ content: [{ kind: 'text', text: 'see' }, { medium: 'image' }] });
  });

  it('carries the state of its own family with the id it belongs to, but not with an id that the gateway made up', () => {
    const stateOf = (id: string, encrypted_content: string): unknown => {
      const part = messagesOf([{ type: 'reasoning', id, summary: [], encrypted_content }])[0]?.parts[0];
      return part?.kind === 'reasoning' ? part.state : undefined;
    };
    expect(stateOf('rs_1', 'enc')).toEqual({ family: 'openai', id: 'rs_1', data: 'enc' });
    expect(stateOf('rs_lwgw_1_0', 'enc')).toEqual({ family: 'openai', data: 'enc' });
    const foreign = { family: 'anthropic', data: 'sig', redacted: true } as const;
    expect(stateOf('rs_lwgw_1_0', writeState(foreign, 'openai'))).toEqual(foreign);
  });

  it('passes over what OpenAI alone did and the text tells, and says so', () => {
    const request = read({
      input: [
        { type: 'web_search_call', id: 'ws_1', status: 'completed' },
        { role: 'assistant', content: 'Found.' },
        { type: 'web_search_call', id: 'ws_2', status: 'completed' },
      ],
    });
    expect(request.messages).toHaveLength(1);
    expect(request.unknownNames).toEqual(['input.web_search_call']);
  });

  it.each<[string, JsonObject]>([
    ['a reference to a stored item', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    ['such a reference without a type', { input: [{ id: 'msg_1' }] }],
    ['a compacted history', { input: [{ type: 'compaction', id: 'c', encrypted_content: 'enc' }] }],
    ['a search for tools that OpenAI ran', { input: [{ type: 'tool_search_call', call_id: null, arguments: {} }] }],
    ['what such a search found', { input: [{ type: 'tool_search_output', call_id: null, tools: [] }] }],
    ['an item that nobody knows', { input: [{ type: 'from_the_future' }] }],
    ['a block that nobody knows', { input: [{ role: 'user', content: [{ type: 'from_the_future' }] }] }],
    ['a stored prompt', { prompt: { id: 'pmpt_1' }, input: null }],
    ['a stored conversation', { conversation: 'conv_1' }],
  ])('keeps %s as a part that no other dialect takes', (_name, body) => {
    expect(read(body).messages.flatMap(({ parts }) => parts.map(({ kind }) => kind as string))).toContain('unknown');
  });
});

describe('the tools of a Responses request', () => {
  it('are functions, web searches of every name, and tools of the vendor', () => {
    expect(
      read({
        tools: [
          { type: 'function', name: 'f', description: 'F', parameters: { type: 'object' }, strict: true },
          { type: 'function', name: 'g', description: null, parameters: null, strict: null },
          { type: 'web_search_preview_2025_03_11' },
          { type: 'file_search', vector_store_ids: ['vs_1'] },
        ],
      }).tools,
    ).toEqual([
      { kind: 'function', name: 'f', description: 'F', parameters: { type: 'object' }, strict: true },
      { kind: 'function', name: 'g' },
      {
        kind: 'vendor',
        type: 'web_search_preview_2025_03_11',
        webSearch: true,
        value: { type: 'web_search_preview_2025_03_11' },
      },
      {
        kind: 'vendor',
        type: 'file_search',
        webSearch: false,
        value: { type: 'file_search', vector_store_ids: ['vs_1'] },
      },
    ]);
  });

  it('may be custom tools, which become functions of one text, with their grammar in words', () => {
    const { tools, messages } = read({
      tools: [
        {
          type: 'custom',
          name: 'apply_patch',
          description: 'Patches.',
          format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
        },
      ],
      input: [
        { type: 'custom_tool_call', call_id: 'c', name: 'apply_patch', input: '*** "x"' },
        { type: 'custom_tool_call_output', call_id: 'c', output: 'done' },
      ],
    });
    expect(tools).toMatchObject([
      {
        kind: 'function',
        name: 'apply_patch',
        description: 'Patches.\n\n"input" must match this lark grammar:\nstart: "x"',
        parameters: { required: ['input'] },
      },
    ]);
    expect(messages[0]?.parts).toEqual([
      { kind: 'tool-call', callId: 'c', name: 'apply_patch', argumentsText: '{"input":"*** \\"x\\""}' },
    ]);
    expect(messages[1]?.parts).toMatchObject([{ kind: 'tool-result', callId: 'c' }]);
  });

  it('may stand in a namespace, which goes before their names, in calls and choices too', () => {
    const { tools, messages, parameters } = read({
      tools: [
        {
          type: 'namespace',
          name: 'mcp__docs',
          description: 'Docs',
          tools: [
            { type: 'function', name: 'search', parameters: {} },
            { type: 'custom', name: 'note' },
          ],
        },
      ],
      tool_choice: { type: 'function', namespace: 'mcp__docs', name: 'search' },
      input: [{ type: 'function_call', call_id: 'c', namespace: 'mcp__docs', name: 'search', arguments: '{}' }],
    });
    expect(tools.map((tool) => tool.kind === 'function' && tool.name)).toEqual([
      'mcp__docs__search',
      'mcp__docs__note',
    ]);
    expect(messages[0]?.parts).toMatchObject([{ name: 'mcp__docs__search' }]);
    expect(parameters.toolChoice).toEqual({ kind: 'tool', name: 'mcp__docs__search' });
  });

  it('may be searched for by the client, which the model then calls as a function, and are there once they were found', () => {
    const parameters = { type: 'object', properties: { query: { type: 'string' } } };
    const note = { type: 'function', name: 'note', parameters: {} };
    const found = { type: 'namespace', name: 'mcp__docs', tools: [{ type: 'function', name: 'search' }] };
    const { tools, messages } = read({
      tools: [{ type: 'tool_search', execution: 'client', description: 'Finds tools.', parameters }, note],
      input: [
        { type: 'tool_search_call', call_id: 'c', execution: 'client', arguments: { query: 'docs' } },
        { type: 'tool_search_output', call_id: 'c', execution: 'client', tools: [found, note] },
        { type: 'additional_tools', role: 'developer', tools: [{ type: 'function', name: 'late' }, found] },
      ],
    });
    expect(tools.map((tool) => tool.kind === 'function' && tool.name)).toEqual([
      'tool_search',
      'note',
      'mcp__docs__search',
      'late',
    ]);
    expect(tools[0]).toMatchObject({ kind: 'function', description: 'Finds tools.', parameters });
    expect(messages).toEqual([
      {
        role: 'assistant',
        parts: [{ kind: 'tool-call', callId: 'c', name: 'tool_search', argumentsText: '{"query":"docs"}' }],
      },
      {
        role: 'tool',
        parts: [
          {
            kind: 'tool-result',
            callId: 'c',
            content: [{ kind: 'text', text: '{"tools":["mcp__docs__search","note"]}' }],
          },
        ],
      },
    ]);
  });

  it('that OpenAI searches itself stay its own', () => {
    expect(read({ tools: [{ type: 'tool_search' }] }).tools).toMatchObject([{ kind: 'vendor', type: 'tool_search' }]);
  });

  it('have names that every provider takes, and that differ, however long they are in their namespace', () => {
    const namespace = 'mcp__a_server_with_a_rather_long_name_indeed';
    const names = ['the_same_long_beginning_of_a_name_a', 'the_same_long_beginning_of_a_name_b'];
    const { tools } = read({
      tools: [{ type: 'namespace', name: namespace, tools: names.map((name) => ({ type: 'function', name })) }],
    });
    const joined = tools.map((tool) => (tool.kind === 'function' ? tool.name : ''));
    expect(new Set(joined).size).toBe(2);
    for (const name of joined) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  it.each<[JsonObject | string, unknown]>([
    ['auto', { kind: 'auto' }],
    ['none', { kind: 'none' }],
    ['required', { kind: 'required' }],
    [
      { type: 'function', name: 'f' },
      { kind: 'tool', name: 'f' },
    ],
    [
      { type: 'custom', name: 'f' },
      { kind: 'tool', name: 'f' },
    ],
    [{ type: 'web_search_preview' }, { kind: 'tool', name: 'web_search_preview' }],
    [
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }] },
      { kind: 'allowed', mode: 'required', names: ['f', 'web_search'] },
    ],
  ])('are chosen by %j', (tool_choice, expected) => {
    expect(read({ tool_choice }).parameters.toolChoice).toEqual(expected);
  });
});

describe('the parameters of a Responses request', () => {
  it('are all read', () => {
    const { parameters, streams, unknownNames } = read({
      stream: 'true',
      stream_options: { include_obfuscation: false },
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_logprobs: 3,
      user: 'u',
      safety_identifier: 's',
      metadata: { a: 'b' },
      store: false,
      service_tier: 'flex',
      parallel_tool_calls: false,
      text: { format: { type: 'json_schema', name: 'n', schema: {}, strict: true }, verbosity: 'low' },
      reasoning: { effort: 'xhigh', summary: 'auto' },
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      truncation: 'auto',
      previous_response_id: 'resp_0',
      background: true,
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
    });
    expect(parameters).toEqual({
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      logprobs: true,
      topLogprobs: 3,
      user: 'u',
      safetyIdentifier: 's',
      metadata: { a: 'b' },
      store: false,
      serviceTier: 'flex',
      parallelToolCalls: false,
      outputFormat: { kind: 'json-schema', name: 'n', schema: {}, strict: true },
      verbosity: 'low',
      reasoning: { effort: 'xhigh', summary: 'auto', visible: true },
      promptCacheKey: 'k',
      promptCacheRetention: '24h',
      truncation: 'auto',
      previousResponseId: 'resp_0',
      background: true,
    });
    expect(streams).toBe(true);
    expect(unknownNames).toEqual([]);
  });

  it('are not said when they are null', () => {
    const names = ['temperature', 'reasoning', 'text', 'tool_choice', 'tools', 'instructions', 'metadata', 'x_new'];
    const request = read(Object.fromEntries(names.map((name) => [name, null])));
    expect(request.parameters).toEqual({});
    expect(request.unknownNames).toEqual([]);
  });

  it('that only OpenAI has a use for are reported', () => {
    const body = { max_tool_calls: 3, include: ['web_search_call.results'], drop_tuning_params: false, x_new: 1 };
    expect(read(body).unknownNames).toEqual(['max_tool_calls', 'x_new', 'include']);
  });
});

describe('a Responses request that OpenAI would refuse', () => {
  it.each<[string, JsonObject]>([
    ['input', { input: null }],
    ['input', { input: 3 }],
    ['input.0', { input: ['x'] }],
    ['input.0.type', { input: [{}] }],
    ['input.0.role', { input: [{ role: 'tool', content: 'x' }] }],
    ['input.0.content', { input: [{ role: 'user' }] }],
    ['input.0.content.1', { input: [{ role: 'user', content: [{ type: 'input_text', text: '' }, 'x'] }] }],
    ['input.0.content.0.type', { input: [{ role: 'user', content: [{ text: 'x' }] }] }],
    ['input.0.content.0.text', { input: [{ role: 'user', content: [{ type: 'input_text' }] }] }],
    ['input.0.content.0.type', { input: [{ role: 'system', content: [{ type: 'input_image', file_id: 'x' }] }] }],
    ['input.0.content.0.image_url', { input: [{ role: 'user', content: [{ type: 'input_image' }] }] }],
    [
      'input.0.content.0.image_url',
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:text/plain,x' }] }] },
    ],
    [
      'input.1.call_id',
      {
        input: [
          { role: 'user', content: '' },
          { type: 'function_call', name: 'f', arguments: '' },
        ],
      },
    ],
    ['input.0.arguments', { input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: {} }] }],
    ['input.0.output', { input: [{ type: 'function_call_output', call_id: 'c' }] }],
    ['input.0.output.0.type', { input: [{ type: 'function_call_output', call_id: 'c', output: [{ type: 'x' }] }] }],
    ['instructions', { instructions: ['x'] }],
    ['temperature', { temperature: 'hot' }],
    ['max_output_tokens', { max_output_tokens: 1.5 }],
    ['reasoning.effort', { reasoning: { effort: 'huge' } }],
    ['text.format.type', { text: { format: { type: 'xml' } } }],
    ['text.format.schema', { text: { format: { type: 'json_schema', name: 'n' } } }],
    ['tools', { tools: {} }],
    ['tools.0.type', { tools: [{ name: 'f' }] }],
    ['tools.0.name', { tools: [{ type: 'function' }] }],
    ['tools.0.tools.0.name', { tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'function' }] }] }],
    ['tool_choice', { tool_choice: 'maybe' }],
    ['tool_choice.name', { tool_choice: { type: 'function' } }],
    ['tool_choice.mode', { tool_choice: { type: 'allowed_tools', tools: [] } }],
  ])('is refused at %s', (field, body) => {
    expect(unreadableField(body)).toBe(field);
  });

  it('never makes the reader throw anything else, whatever it is', () => {
    const anything = fc.oneof({ maxDepth: 2 }, fc.jsonValue({ maxDepth: 3 }));
    const block = fc.record(
      {
        type: fc.constantFrom('input_text', 'input_image', 'input_file', 'input_audio', 'refusal', 'x'),
        text: anything,
        image_url: anything,
        file_data: anything,
        input_audio: anything,
      },
      { requiredKeys: [] },
    );
    const item = fc.record(
      {
        type: fc.constantFrom('message', 'reasoning', 'function_call', 'custom_tool_call', 'function_call_output', 'x'),
        role: fc.constantFrom('user', 'assistant', 'system', 3),
        content: fc.oneof(fc.array(fc.oneof(block, anything)), anything),
        call_id: anything,
        name: anything,
        arguments: anything,
        output: fc.oneof(fc.array(block), anything),
        summary: anything,
        encrypted_content: anything,
      },
      { requiredKeys: [] },
    );
    const body = fc.record(
      {
        input: fc.oneof(fc.array(fc.oneof(item, anything)), anything),
        instructions: anything,
        tools: fc.oneof(fc.array(fc.record({ type: anything, name: anything, tools: anything })), anything),
        tool_choice: anything,
        text: anything,
        reasoning: anything,
        include: anything,
        metadata: anything,
        prompt: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, (document) => {
        const field = unreadableField(document as JsonObject);
        expect(field === undefined || field.length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
