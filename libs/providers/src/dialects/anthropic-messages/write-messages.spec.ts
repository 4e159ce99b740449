import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { ModelCapabilities } from '../../spec/model-capabilities.js';
import type { AssistantMessage, Message, UserMessage } from '../../spec/model-request.js';
import type { AssistantPart, MediaPart, TextPart, ToolResultPart } from '../../spec/part.js';
import { aWriteContext } from './testing/contexts.js';
import { writeMessages, type WrittenConversation } from './write-messages.js';

function text(said: string): TextPart {
  return { kind: 'text', text: said };
}

function user(...parts: UserMessage['parts']): UserMessage {
  return { role: 'user', parts };
}

function assistant(...parts: readonly AssistantPart[]): AssistantMessage {
  return { role: 'assistant', parts };
}

function result(callId: string, ...content: ToolResultPart['content']): Message {
  return { role: 'tool', parts: [{ kind: 'tool-result', callId, content }] };
}

function call(callId: string, argumentsText = '{}'): AssistantPart {
  return { kind: 'tool-call', callId, name: 'f', argumentsText };
}

function write(messages: readonly Message[], capabilities: Partial<ModelCapabilities> = {}): WrittenConversation {
  return writeMessages(messages, aWriteContext(capabilities).context);
}

function turns(...messages: readonly Message[]): readonly JsonObject[] {
  return write(messages).messages;
}

function contentOf(turn: JsonObject | undefined): readonly JsonObject[] {
  return (turn?.['content'] ?? []) as readonly JsonObject[];
}

const T = (said: string): JsonObject => ({ type: 'text', text: said });

describe('the turns of a conversation', () => {
  it('join neighbours of the same role, results of tools first', () => {
    expect(
      turns(
        user(text('a')),
        user(text('b')),
        assistant(call('1')),
        assistant(call('2')),
        result('1', text('x')),
        user(text('c')),
        result('2'),
      ),
    ).toEqual([
      { role: 'user', content: [T('a'), T('b')] },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: '1', name: 'f', input: {} },
          { type: 'tool_use', id: '2', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: '1', content: [T('x')] },
          { type: 'tool_result', tool_use_id: '2' },
          T('c'),
        ],
      },
    ]);
  });

  it('leave their instructions to the system prompt, later ones too, in order', () => {
    const written = write([
      { role: 'system', parts: [text('one'), text('')] },
      user(text('a')),
      { role: 'system', parts: [{ ...text('two'), cacheMark: '1h' }] },
      user(text('b')),
    ]);
    expect(written.system).toEqual([T('one'), { ...T('two'), cache_control: { type: 'ephemeral', ttl: '1h' } }]);
    expect(written.messages).toEqual([{ role: 'user', content: [T('a'), T('b')] }]);
  });

  it('begin with the user, if only with a dot', () => {
    const dot = { role: 'user', content: [T('.')] };
    expect(turns(assistant(text('welcome')), user(text('hi')))[0]).toEqual(dot);
    expect(turns({ role: 'system', parts: [text('one')] })).toEqual([dot]);
  });

  it('hold no text without a visible character, and are left out when nothing else is in them', () => {
    expect(turns(user(text('a')), assistant(text(' \n')), user(text('')), user(text('b')))).toEqual([
      { role: 'user', content: [T('a'), T('b')] },
    ]);
  });

  it('obey what Anthropic demands of a conversation, whatever comes in', () => {
    const part = fc.oneof(
      fc.constantFrom('', ' ', 'a').map(text),
      fc.constant<AssistantPart>({ kind: 'reasoning', text: 'r' }),
      fc.constant<AssistantPart>({ kind: 'reasoning', text: 'r', state: { family: 'anthropic', data: 's' } }),
      fc.constantFrom('1', '2').map((id) => call(id)),
    );
    const message = fc.oneof(
      fc.array(fc.constantFrom('', 'a').map(text), { maxLength: 2 }).map((parts): Message => user(...parts)),
      fc.array(part, { maxLength: 3 }).map((parts): Message => assistant(...parts)),
      fc.constantFrom('1', '2').map((id) => result(id, text('x'))),
      fc.constant<Message>({ role: 'system', parts: [text('s')] }),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
        const written = turns(...messages);
        expect(written[0]?.['role']).toBe('user');
        for (const [index, turn] of written.entries()) {
          expect(turn['role']).not.toBe(written[index - 1]?.['role']);
          const types = contentOf(turn).map((block) => block['type']);
          expect(types.length).toBeGreaterThan(0);
          expect(types.at(-1)).not.toBe('thinking');
          expect(types.lastIndexOf('tool_result')).toBe(types.filter((type) => type === 'tool_result').length - 1);
          for (const block of contentOf(turn)) if (block['type'] === 'text') expect(block['text']).toMatch(/\S/);
        }
      }),
    );
  });
});

describe('the beginning of an answer', () => {
  it('is refused when the model cannot continue it', () => {
    const messages = [user(text('a')), assistant(text('b'))];
    expect(() => write(messages, { prefill: false })).toThrow(UnsupportedFieldError);
    expect(write(messages)).toMatchObject({ isPrefilled: true });
    expect(write([user(text('a'))], { prefill: false })).toMatchObject({ isPrefilled: false });
  });

  it('does not end with white space, which Anthropic refuses', () => {
    expect(turns(user(text('a')), assistant(text('It is: \n'))).at(-1)).toEqual({
      role: 'assistant',
      content: [T('It is:')],
    });
  });
});

describe('the reasoning of a conversation', () => {
  const own = { family: 'anthropic', data: 's' } as const;

  function written(part: AssistantPart): { blocks: unknown; lost: readonly string[] } {
    const { context, lost } = aWriteContext();
    const { messages } = writeMessages([user(text('a')), assistant(part, call('1')), result('1')], context);
    return { blocks: messages[1]?.['content'], lost };
  }
  const toolUse = { type: 'tool_use', id: '1', name: 'f', input: {} };

  it('goes back to the family that signed it', () => {
    expect(written({ kind: 'reasoning', text: 'hm', state: own })).toEqual({
      blocks: [{ type: 'thinking', thinking: 'hm', signature: 's' }, toolUse],
      lost: [],
    });
    expect(written({ kind: 'reasoning', text: '', state: { ...own, redacted: true } })).toEqual({
      blocks: [{ type: 'redacted_thinking', data: 's' }, toolUse],
      lost: [],
    });
  });

  it('is left out when another family signed it, or none; with a loss if there was something to read', () => {
    const foreign = { family: 'gemini', data: 's' } as const;
    expect(written({ kind: 'reasoning', text: 'hm', state: foreign })).toEqual({
      blocks: [toolUse],
      lost: ['reasoning'],
    });
    expect(written({ kind: 'reasoning', text: 'hm' })).toEqual({ blocks: [toolUse], lost: ['reasoning'] });
    expect(written({ kind: 'reasoning', text: '', state: foreign })).toEqual({ blocks: [toolUse], lost: [] });
  });

  it('does not end a turn, where Anthropic refuses it', () => {
    const thinking: AssistantPart = { kind: 'reasoning', text: 'hm', state: own };
    const block = { type: 'thinking', thinking: 'hm', signature: 's' };
    expect(turns(user(text('a')), assistant(thinking, text('')), user(text('b')))).toEqual([
      { role: 'user', content: [T('a'), T('b')] },
    ]);
    expect(turns(user(text('a')), assistant(text('b'), thinking)).at(-1)).toEqual({
      role: 'assistant',
      content: [T('b')],
    });
    expect(turns(user(text('a')), assistant(thinking), assistant(call('1')))[1]).toEqual({
      role: 'assistant',
      content: [block, toolUse],
    });
  });

  it('is missed where a model called tools without it', () => {
    const calls = (...parts: readonly AssistantPart[]): boolean =>
      write([user(text('a')), assistant(...parts, call('1')), result('1')]).callsToolsWithoutThinking;
    expect(calls()).toBe(true);
    expect(calls({ kind: 'reasoning', text: '', state: own })).toBe(false);
    expect(write([user(text('a')), assistant(text('b')), user(text('c'))]).callsToolsWithoutThinking).toBe(false);
  });
});

describe('calls of tools', () => {
  it.each([
    ['{"a":[1]}', { a: [1] }],
    ['', {}],
    ['{"a":', { INVALID_JSON: '{"a":' }],
    ['[1]', { INVALID_JSON: '[1]' }],
  ])('have an object for input when the model wrote %j', (argumentsText, input) => {
    expect(turns(user(text('a')), assistant(call('1', argumentsText)))[1]).toMatchObject({ content: [{ input }] });
  });

  it('have free text in an object', () => {
    const part: AssistantPart = { kind: 'tool-call', callId: '1', name: 'f', argumentsText: 'a "b"', freeText: true };
    expect(turns(user(text('a')), assistant(part))[1]).toMatchObject({ content: [{ input: { input: 'a "b"' } }] });
  });

  it('have ids that Anthropic accepts, the same in their results', () => {
    const idsOf = (callId: string): unknown[] => {
      const [, called, answered] = turns(user(text('a')), assistant(call(callId)), result(callId));
      return [contentOf(called)[0]?.['id'], contentOf(answered)[0]?.['tool_use_id']];
    };
    expect(idsOf('call_a-1')).toEqual(['call_a-1', 'call_a-1']);
    fc.assert(
      fc.property(fc.string(), (callId) => {
        const [id, again] = idsOf(callId);
        expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
        expect(again).toBe(id);
      }),
    );
    expect(idsOf('a.b')).not.toEqual(idsOf('a:b'));
  });

  it('have results with marks, failures and media', () => {
    const part: ToolResultPart = {
      kind: 'tool-result',
      callId: '1',
      content: [{ kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://x/y.png' } }],
      isError: true,
      cacheMark: '5m',
    };
    expect(turns({ role: 'tool', parts: [part] })).toEqual([
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: '1',
            content: [{ type: 'image', source: { type: 'url', url: 'https://x/y.png' } }],
            is_error: true,
            cache_control: { type: 'ephemeral' },
          },
        ],
      },
    ]);
  });
});

describe('media', () => {
  function media(members: Partial<MediaPart> & Pick<MediaPart, 'source'>): { block: unknown; lost: readonly string[] } {
    const { context, lost } = aWriteContext();
    const part: MediaPart = { kind: 'media', medium: 'document', ...members };
    const { messages } = writeMessages([user(part)], context);
    return { block: contentOf(messages[0])[0], lost };
  }
  const data = (mediaType: string, content = 'é'): MediaPart['source'] => ({
    kind: 'data',
    mediaType,
    base64: Buffer.from(content).toString('base64'),
  });

  it('go as images, PDF and plain text', () => {
    expect(media({ medium: 'image', source: data('image/webp', 'x'), detail: 'high', cacheMark: '5m' })).toEqual({
      block: {
        type: 'image',
        source: { type: 'base64', media_type: 'image/webp', data: 'eA==' },
        cache_control: { type: 'ephemeral' },
      },
      lost: ['messages.content.detail'],
    });
    expect(media({ source: data('application/pdf', 'x'), name: 'a.pdf' }).block).toEqual({
      type: 'document',
      title: 'a.pdf',
      source: { type: 'base64', media_type: 'application/pdf', data: 'eA==' },
    });
    for (const mediaType of ['text/plain', 'text/csv', 'application/json']) {
      expect(media({ source: data(mediaType) }).block).toEqual({
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'é' },
      });
    }
    expect(media({ source: { kind: 'file', fileId: 'file_011' } }).block).toEqual({
      type: 'document',
      source: { type: 'file', file_id: 'file_011' },
    });
  });

  it.each<[string, Partial<MediaPart> & Pick<MediaPart, 'source'>]>([
    ['sound', { medium: 'audio', source: data('audio/wav') }],
    ['video', { medium: 'video', source: data('video/mp4') }],
    ['an image of another kind', { medium: 'image', source: data('image/tiff') }],
    ['a document of another kind', { source: data('application/msword') }],
    ['a file of another vendor', { source: { kind: 'file', fileId: 'file-abc' } }],
  ])('are refused when Anthropic cannot read them: %s', (_what, part) => {
    expect(() => media(part)).toThrow(UnsupportedFieldError);
  });
});

describe('what has no place at Anthropic', () => {
  it('is refused when leaving it out would change what was said', () => {
    const unknown = { kind: 'unknown', type: 'item_reference', value: {} } as const;
    expect(() => turns(user(unknown))).toThrow(UnsupportedFieldError);
    expect(() => turns(assistant(unknown))).toThrow(UnsupportedFieldError);
    expect(() =>
      turns(assistant({ kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://x' } })),
    ).toThrow(UnsupportedFieldError);
  });

  it('is lost when it only decorates', () => {
    const { context, lost } = aWriteContext();
    const search = { type: 'web_search_result_location', url: 'u', encrypted_index: 'e' };
    const cited: TextPart = {
      kind: 'text',
      text: 'a',
      citations: [
        { kind: 'url', url: 'u', raw: { family: 'anthropic', value: search } },
        { kind: 'url', url: 'u', raw: { family: 'anthropic', value: { ...search, encrypted_index: '' } } },
        { kind: 'url', url: 'u', raw: { family: 'openai', value: {} } },
      ],
    };
    const { messages } = writeMessages(
      [{ role: 'user', name: 'Ann', parts: [text('a')] }, assistant(cited), assistant({ kind: 'refusal', text: 'no' })],
      context,
    );
    expect(messages[1]).toEqual({ role: 'assistant', content: [{ ...T('a'), citations: [search] }, T('no')] });
    expect(lost).toEqual(['messages.name', 'citations']);
  });
});
