import { describe, expect, it } from 'vitest';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { AssistantMessage, Message, ToolMessage, UserMessage } from '../../spec/model-request.js';
import type { AssistantPart, MediaPart, ToolResultPart, UserPart } from '../../spec/part.js';
import { openRequestScope } from './request-scope.js';
import { CLAUDE, LLAMA, NOVA, contextFor } from './testing/write-context.js';
import { writeConversation } from './write-conversation.js';

const MISTRAL = 'mistral.mistral-large-2407-v1:0';

function user(...parts: UserPart[]): UserMessage {
  return { role: 'user', parts };
}

function assistant(...parts: AssistantPart[]): AssistantMessage {
  return { role: 'assistant', parts };
}

function tool(...parts: ToolResultPart[]): ToolMessage {
  return { role: 'tool', parts };
}

function text(words: string) {
  return { kind: 'text', text: words } as const;
}

const PDF: MediaPart = {
  kind: 'media',
  medium: 'document',
  source: { kind: 'data', mediaType: 'application/pdf', base64: 'JVBERg==' },
  name: 'report.pdf',
};

function write(messages: readonly Message[], model = CLAUDE, capabilities = {}) {
  const context = contextFor(model, capabilities);
  return { ...writeConversation(messages, openRequestScope(context)), lost: context.losses.fields };
}

describe('writeConversation', () => {
  it('joins neighbours of one role, tool results before the word of the user', () => {
    const { turns } = write([
      user(text('a')),
      user(text('b')),
      assistant({ kind: 'tool-call', callId: 'c', name: 't', argumentsText: '{}' }),
      tool({ kind: 'tool-result', callId: 'c', content: [text('r')] }),
      user(text('d')),
    ]);
    expect(turns).toEqual([
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
      { role: 'assistant', content: [{ toolUse: { toolUseId: 'c', name: 't', input: {} } }] },
      { role: 'user', content: [{ toolResult: { toolUseId: 'c', content: [{ text: 'r' }] } }, { text: 'd' }] },
    ]);
  });

  it('collects system messages from anywhere, in their order', () => {
    const { system, turns } = write([
      { role: 'system', parts: [text('first'), text('')] },
      user(text('a')),
      { role: 'system', parts: [text('later')] },
    ]);
    expect(system).toEqual([{ text: 'first' }, { text: 'later' }]);
    expect(turns).toHaveLength(1);
  });

  it('lets the user speak first, because Converse refuses an assistant that does', () => {
    const { turns } = write([assistant(text('Hello, how can I help?')), user(text('Hi'))]);
    expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  it('drops blank texts, and messages of nothing else', () => {
    const { turns } = write([user(text('a')), assistant(text(' \n')), user(text(''), text('b'))]);
    expect(turns).toEqual([{ role: 'user', content: [{ text: 'a' }, { text: 'b' }] }]);
  });

  it('takes the blanks off the end of a beginning that the model shall go on from', () => {
    expect(write([user(text('a')), assistant(text('The answer is '))]).turns.at(-1)).toEqual({
      role: 'assistant',
      content: [{ text: 'The answer is' }],
    });
    expect(
      write([user(text('a')), assistant(text('b ')), user(text('c '))]).turns.map(({ content }) => content),
    ).toEqual([[{ text: 'a' }], [{ text: 'b ' }], [{ text: 'c ' }]]);
  });

  it('refuses such a beginning where the model is known not to go on from it', () => {
    const messages = [user(text('a')), assistant(text('b'))];
    expect(() => write(messages, CLAUDE, { prefill: false })).toThrow(UnsupportedFieldError);
    expect(() => write(messages, CLAUDE, { prefill: true })).not.toThrow();
  });

  it('gives a document that stands alone a text, and every document a name of its own', () => {
    const { turns } = write([user(PDF, PDF)]);
    expect(turns[0]?.content).toEqual([
      { document: { format: 'pdf', name: 'report pdf', source: { bytes: 'JVBERg==' } } },
      { document: { format: 'pdf', name: 'report pdf (2)', source: { bytes: 'JVBERg==' } } },
      { text: '.' },
    ]);
  });

  it('puts cache points behind what is marked, never behind nothing and never two in a row', () => {
    const { system, turns } = write([
      { role: 'system', parts: [{ ...text('s'), cacheMark: '5m' }] },
      user({ ...text(''), cacheMark: '5m' }, { ...text('a'), cacheMark: '1h' }, { ...text(' '), cacheMark: '5m' }),
    ]);
    expect(system).toEqual([{ text: 's' }, { cachePoint: { type: 'default' } }]);
    expect(turns[0]?.content).toEqual([{ text: 'a' }, { cachePoint: { type: 'default', ttl: '1h' } }]);
  });

  it('puts the cache point of a tool result behind it, also when the mark is inside', () => {
    const { turns } = write([
      user(text('a')),
      assistant({ kind: 'tool-call', callId: 'c', name: 't', argumentsText: '' }),
      tool({ kind: 'tool-result', callId: 'c', content: [{ ...text('r'), cacheMark: '5m' }] }),
    ]);
    expect(turns.at(-1)?.content.at(-1)).toEqual({ cachePoint: { type: 'default' } });
  });

  it.each([
    [LLAMA, '5m'],
    ['anthropic.claude-3-haiku-20240307-v1:0', '5m'],
    ['anthropic.claude-3-7-sonnet-20250219-v1:0', '1h'],
    ['anthropic.claude-opus-4-1-20250805-v1:0', '1h'],
    [NOVA, '1h'],
  ] as const)('reports a cache mark that %s cannot keep for %s', (model, cacheMark) => {
    expect(write([user({ ...text('a'), cacheMark })], model).lost).toEqual(['cache_control']);
  });

  it('reports names of participants', () => {
    expect(write([{ ...user(text('a')), name: 'Ann' }]).lost).toEqual(['messages.name']);
  });

  it.each<[string, Message]>([
    ['an unknown block', user({ kind: 'unknown', type: 'hologram', value: null })],
    ['an unknown block of the model', assistant({ kind: 'unknown', type: 'server_tool_use', value: null })],
    ['an image of the model', assistant({ ...PDF, medium: 'image' })],
    ['a sound in a tool result', tool({ kind: 'tool-result', callId: 'c', content: [{ ...PDF, medium: 'audio' }] })],
  ])('refuses %s', (_, message) => {
    expect(() => write([user(text('a')), message])).toThrow(UnsupportedFieldError);
  });
});

describe('writeConversation, reasoning', () => {
  it('gives Claude its signed and its hidden thoughts back', () => {
    const { turns, lost } = write([
      user(text('a')),
      assistant(
        { kind: 'reasoning', text: 'hm', state: { family: 'anthropic', data: 'sig' } },
        { kind: 'reasoning', text: '', state: { family: 'anthropic', data: 'c2VjcmV0', redacted: true } },
        text('b'),
      ),
      user(text('c')),
    ]);
    expect(turns[1]?.content).toEqual([
      { reasoningContent: { reasoningText: { text: 'hm', signature: 'sig' } } },
      { reasoningContent: { redactedContent: 'c2VjcmV0' } },
      { text: 'b' },
    ]);
    expect(lost).toEqual([]);
  });

  it('leaves thoughts of others out and reports those that had words', () => {
    const { turns, lost } = write([
      user(text('a')),
      assistant(
        { kind: 'reasoning', text: 'hm', state: { family: 'openai', data: 'enc' } },
        { kind: 'reasoning', text: '', state: { family: 'gemini', data: 'sig' } },
        { kind: 'reasoning', text: 'unsigned' },
        text('b'),
      ),
    ]);
    expect(turns[1]?.content).toEqual([{ text: 'b' }]);
    expect(lost).toEqual(['reasoning', 'reasoning']);
  });
});

describe('writeConversation, tools', () => {
  const CALL = { kind: 'tool-call', callId: 'call_1', name: 't', argumentsText: '{}' } as const;

  function toolBlocks(callId: string, model = CLAUDE) {
    const { turns } = write(
      [
        user(text('a')),
        assistant({ ...CALL, callId }),
        tool({ kind: 'tool-result', callId, content: [], isError: true }),
      ],
      model,
    );
    return JSON.parse(JSON.stringify([turns[1]?.content[0], turns[2]?.content[0]])) as [
      { toolUse: { toolUseId: string } },
      { toolResult: { toolUseId: string; status?: string; content: unknown } },
    ];
  }

  it.each([
    ['functions.search:0', CLAUDE, /^[a-zA-Z0-9_-]{1,64}$/],
    ['x'.repeat(65), CLAUDE, /^[a-zA-Z0-9_-]{1,64}$/],
    ['tooluse_7Q4evXsYiM6i6BGlipoZQW', MISTRAL, /^[a-zA-Z0-9]{9}$/],
  ])('writes the id %s of a call and of its result alike, as %s takes it', (callId, model, pattern) => {
    const [call, result] = toolBlocks(callId, model);
    expect(call.toolUse.toolUseId).toMatch(pattern);
    expect(result.toolResult.toolUseId).toBe(call.toolUse.toolUseId);
    expect(toolBlocks(`${callId}b`, model)[0].toolUse.toolUseId).not.toBe(call.toolUse.toolUseId);
  });

  it('keeps an id that fits', () => {
    expect(toolBlocks('tooluse_1-a')[0].toolUse.toolUseId).toBe('tooluse_1-a');
    expect(toolBlocks('abcDEF123', MISTRAL)[0].toolUse.toolUseId).toBe('abcDEF123');
  });

  it('tells Claude and Nova that a tool failed, and reports it lost elsewhere', () => {
    expect(toolBlocks('c')[1].toolResult).toEqual({
      toolUseId: 'c',
      status: 'error',
      content: [{ text: '(no content)' }],
    });
    const { turns, lost } = write(
      [user(text('a')), assistant(CALL), tool({ kind: 'tool-result', callId: 'call_1', content: [], isError: true })],
      LLAMA,
    );
    expect(JSON.stringify(turns)).not.toContain('status');
    expect(lost).toEqual(['messages.content.is_error']);
  });

  it.each([
    ['', {}],
    ['{"a":[1]}', { a: [1] }],
    ['{"a":', { INVALID_JSON: '{"a":' }],
    ['[1]', { INVALID_JSON: '[1]' }],
  ])('makes an object of the arguments %j', (argumentsText, input) => {
    const { turns } = write([user(text('a')), assistant({ ...CALL, argumentsText })]);
    expect(turns[1]?.content).toEqual([{ toolUse: { toolUseId: 'call_1', name: 't', input } }]);
  });

  it('lets a tool answer with images and documents', () => {
    const { turns } = write([
      user(text('a')),
      assistant(CALL),
      tool({ kind: 'tool-result', callId: 'call_1', content: [text('r'), PDF] }),
    ]);
    expect(turns[2]?.content).toMatchObject([
      { toolResult: { content: [{ text: 'r' }, { document: { name: 'report pdf' } }] } },
    ]);
  });
});
