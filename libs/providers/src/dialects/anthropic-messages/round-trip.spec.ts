import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../spec/json.js';
import { anthropicMessagesInbound } from './anthropic-messages-inbound.js';
import { anthropicMessagesProvider } from './anthropic-messages-provider.js';
import { aWriteContext } from './testing/contexts.js';

const EPHEMERAL = { cache_control: { type: 'ephemeral' } };

const REQUEST: JsonObject = {
  model: 'claude-test',
  max_tokens: 4000,
  stream: true,
  system: [{ type: 'text', text: 'be brief', ...EPHEMERAL }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'what is this?' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'naïve' },
          title: 'T',
          ...EPHEMERAL,
        },
        { type: 'document', source: { type: 'url', url: 'https://x/y.pdf' } },
        { type: 'document', source: { type: 'file', file_id: 'file_1' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 's' },
        { type: 'redacted_thinking', data: 'd' },
        {
          type: 'text',
          text: 'let me look',
          citations: [{ type: 'char_location', cited_text: 'q', document_index: 0, document_title: null }],
        },
        { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: { b: [1, null] } } },
        { type: 'tool_use', id: 'toolu_2', name: 'f', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'ok' }], ...EPHEMERAL },
        { type: 'tool_result', tool_use_id: 'toolu_2', content: [{ type: 'text', text: 'no' }], is_error: true },
        { type: 'text', text: 'go on' },
      ],
    },
  ],
  tools: [
    {
      name: 'f',
      description: 'd',
      input_schema: { type: 'object', properties: { a: {} } },
      strict: true,
      cache_control: { type: 'ephemeral', ttl: '1h' },
    },
    { type: 'web_search_20260209', name: 'web_search', max_uses: 3 },
    { type: 'bash_20250124', name: 'bash' },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  thinking: { type: 'adaptive', display: 'summarized' },
  output_config: { effort: 'high', format: { type: 'json_schema', schema: { type: 'object' } } },
  stop_sequences: ['END'],
  metadata: { user_id: 'u' },
  service_tier: 'standard_only',
};

function throughTheHub(body: JsonObject): { written: JsonObject; lost: readonly string[]; unknown: readonly string[] } {
  const request = anthropicMessagesInbound.readRequest(body);
  const { context, lost } = aWriteContext({ thinking: 'effort', structuredOutput: true });
  return {
    written: anthropicMessagesProvider.writeRequest(request, context),
    lost,
    unknown: request.unknownNames,
  };
}

describe('a Messages request that goes through the hub', () => {
  it('comes out as it went in, with nothing lost', () => {
    expect(throughTheHub(REQUEST)).toEqual({ written: REQUEST, lost: [], unknown: [] });
  });

  it('says the same in the shorter forms of the API', () => {
    const { written } = throughTheHub({
      max_tokens: 10,
      system: 'be brief',
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' }] },
      ],
    });
    expect(written).toEqual({
      model: 'claude-test',
      max_tokens: 10,
      system: [{ type: 'text', text: 'be brief' }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'ok' }] }],
        },
      ],
    });
  });
});
