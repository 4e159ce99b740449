import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asList, asObject } from '../../json/read-json.js';
import type { Json } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { FunctionTool, Message, Parameters, ToolChoice } from '../../spec/model-request.js';
import { CLAUDE, LLAMA, NOVA, contextFor, requestOf } from './testing/write-context.js';
import { writeRequest } from './write-request.js';

const WEATHER: FunctionTool = {
  kind: 'function',
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

const TOOL_HISTORY: readonly Message[] = [
  { role: 'user', parts: [{ kind: 'text', text: 'Weather in Paris?' }] },
  {
    role: 'assistant',
    parts: [{ kind: 'tool-call', callId: 'call_1', name: 'get_weather', argumentsText: '{"city":"Paris"}' }],
  },
  { role: 'tool', parts: [{ kind: 'tool-result', callId: 'call_1', content: [{ kind: 'text', text: 'sunny' }] }] },
];

function write(parameters: Parameters, model = CLAUDE, capabilities = {}) {
  const context = contextFor(model, capabilities);
  return { body: writeRequest(requestOf({ parameters }), context), lost: context.losses.fields };
}

describe('writeRequest', () => {
  it('writes nothing that nobody asked for', () => {
    expect(writeRequest(requestOf(), contextFor(CLAUDE))).toEqual({
      messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    });
  });

  it('writes system prompt, tools, choice and sampling where Converse has them', () => {
    const request = requestOf({
      messages: [{ role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] }, ...TOOL_HISTORY],
      tools: [WEATHER],
      parameters: { maxOutputTokens: 100, temperature: 0.5, stop: ['END', ''], toolChoice: { kind: 'required' } },
    });
    expect(writeRequest(request, contextFor(NOVA))).toEqual({
      system: [{ text: 'Be brief.' }],
      messages: [
        { role: 'user', content: [{ text: 'Weather in Paris?' }] },
        {
          role: 'assistant',
          content: [{ toolUse: { toolUseId: 'call_1', name: 'get_weather', input: { city: 'Paris' } } }],
        },
        { role: 'user', content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: 'sunny' }] } }] },
      ],
      inferenceConfig: { maxTokens: 100, temperature: 0.5, stopSequences: ['END'] },
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: 'get_weather',
              description: 'The weather of a city',
              inputSchema: { json: WEATHER.parameters },
            },
          },
        ],
        toolChoice: { any: {} },
      },
    });
  });

  it('puts top_k where each vendor looks for it, and reports it lost where nobody does', () => {
    expect(write({ topK: 7 }, CLAUDE).body).toMatchObject({ additionalModelRequestFields: { top_k: 7 } });
    expect(write({ topK: 7 }, NOVA).body).toMatchObject({
      additionalModelRequestFields: { inferenceConfig: { topK: 7 } },
    });
    const { body, lost } = write({ topK: 7 }, LLAMA);
    expect(body).not.toHaveProperty('additionalModelRequestFields');
    expect(lost).toEqual(['top_k']);
  });

  it('lowers a temperature that Converse refuses, and says so', () => {
    expect(write({ temperature: 1.6 })).toMatchObject({
      body: { inferenceConfig: { temperature: 1 } },
      lost: ['temperature'],
    });
    expect(write({ temperature: 1 }).lost).toEqual([]);
  });

  it('asks Claude to tell the stop sequence that it met', () => {
    expect(write({ stop: ['END'] }).body).toMatchObject({
      additionalModelResponseFieldPaths: ['/stop_sequence', '/delta/stop_sequence'],
    });
    expect(write({ stop: ['END'] }, NOVA).body).not.toHaveProperty('additionalModelResponseFieldPaths');
  });

  it('holds an answer to a schema where the model can be, and refuses where it cannot', () => {
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    const outputFormat = {
      kind: 'json-schema',
      name: 'answer',
      description: 'An answer',
      schema,
      strict: true,
    } as const;
    expect(write({ outputFormat }, CLAUDE, { structuredOutput: true }).body).toMatchObject({
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { name: 'answer', description: 'An answer', schema: JSON.stringify(schema) } },
        },
      },
    });
    expect(() => write({ outputFormat }, CLAUDE, { structuredOutput: false })).toThrow(UnsupportedFieldError);
    expect(() => write({ outputFormat: { kind: 'json' } })).toThrow(UnsupportedFieldError);
  });

  it('passes on a service tier that Bedrock knows', () => {
    expect(write({ serviceTier: 'flex' }).body).toMatchObject({ serviceTier: { type: 'flex' } });
    expect(write({ serviceTier: 'auto' }).body).not.toHaveProperty('serviceTier');
  });
});

describe('writeRequest, tools', () => {
  const tools = [WEATHER];

  function choose(toolChoice: ToolChoice, offered = tools) {
    const request = requestOf({ tools: offered, parameters: { toolChoice } });
    return asObject(writeRequest(request, contextFor(CLAUDE))['toolConfig'])?.['toolChoice'];
  }

  it('writes a choice only where Converse would not make it by itself', () => {
    expect(choose({ kind: 'auto' })).toBeUndefined();
    expect(choose({ kind: 'required' })).toEqual({ any: {} });
    expect(choose({ kind: 'tool', name: 'get_weather' })).toEqual({ tool: { name: 'get_weather' } });
  });

  it.each<ToolChoice>([
    { kind: 'tool', name: 'get_time' },
    { kind: 'allowed', mode: 'auto', names: ['get_weather'] },
  ])('refuses a choice that it cannot carry: %j', (choice) => {
    expect(() => choose(choice)).toThrow(UnsupportedFieldError);
  });

  it('refuses to demand a tool where none is offered', () => {
    expect(() => choose({ kind: 'required' }, [])).toThrow(UnsupportedFieldError);
  });

  it('refuses a tool of another vendor and a name that Bedrock refuses', () => {
    const search = { kind: 'vendor', type: 'web_search', webSearch: true, value: {} } as const;
    expect(() => writeRequest(requestOf({ tools: [search] }), contextFor(CLAUDE))).toThrow(UnsupportedFieldError);
    for (const name of ['', 'a.b', 'x'.repeat(65)]) {
      const request = requestOf({ tools: [{ kind: 'function', name }] });
      expect(() => writeRequest(request, contextFor(CLAUDE))).toThrow(UnsupportedFieldError);
    }
  });

  it('gives a tool without parameters the empty schema, and no empty description', () => {
    const request = requestOf({ tools: [{ kind: 'function', name: 'now', description: ' ' }] });
    expect(writeRequest(request, contextFor(CLAUDE))).toMatchObject({
      toolConfig: { tools: [{ toolSpec: { name: 'now', inputSchema: { json: { type: 'object', properties: {} } } } }] },
    });
    expect(JSON.stringify(writeRequest(request, contextFor(CLAUDE)))).not.toContain('description');
  });

  it('is strict only with models that are known to be', () => {
    const request = requestOf({ tools: [{ ...WEATHER, strict: true }] });
    const knowing = contextFor(CLAUDE, { structuredOutput: true });
    expect(JSON.stringify(writeRequest(request, knowing))).toContain('"strict":true');
    const unknown = contextFor(CLAUDE);
    expect(JSON.stringify(writeRequest(request, unknown))).not.toContain('strict');
    expect(unknown.losses.fields).toEqual(['tools.strict']);
  });

  it.each([
    ['are forbidden', { tools, parameters: { toolChoice: { kind: 'none' } } }],
    ['are not offered any more', {}],
  ] as const)('tells earlier calls in words where tools %s, so that none can be called', (_, rest) => {
    const context = contextFor(CLAUDE);
    const body = writeRequest(requestOf({ messages: TOOL_HISTORY, ...rest }), context);
    expect(body).toEqual({
      messages: [
        { role: 'user', content: [{ text: 'Weather in Paris?' }] },
        { role: 'assistant', content: [{ text: '[Called the tool get_weather with {"city":"Paris"}]' }] },
        { role: 'user', content: [{ text: '[The tool get_weather answered: sunny]' }] },
      ],
    });
    expect(context.losses.fields).toEqual(['messages.tool_calls']);
  });

  it('takes tools away that are forbidden, without a word where none was called before', () => {
    const context = contextFor(CLAUDE);
    const body = writeRequest(requestOf({ tools, parameters: { toolChoice: { kind: 'none' } } }), context);
    expect(body).not.toHaveProperty('toolConfig');
    expect(context.losses.fields).toEqual([]);
  });
});

describe('writeRequest, whatever the conversation', () => {
  const text = fc.record({ kind: fc.constant('text' as const), text: fc.constantFrom('', ' ', 'word ', 'é') });
  const marked = fc.record({
    kind: fc.constant('text' as const),
    text: fc.constantFrom('', 'marked'),
    cacheMark: fc.constantFrom('5m' as const, '1h' as const),
  });
  const document = fc.record({
    kind: fc.constant('media' as const),
    medium: fc.constant('document' as const),
    source: fc.constant({ kind: 'data' as const, mediaType: 'application/pdf', base64: 'QQ==' }),
    name: fc.constantFrom('', 'a.pdf', 'A.pdf', 'a  b', 'a (2)', 'résumé.pdf'),
  });
  const call = fc.record({
    kind: fc.constant('tool-call' as const),
    callId: fc.constantFrom('call_1', 'functions.x:0', 'y'.repeat(80)),
    name: fc.constantFrom('t', 'a.b', ''),
    argumentsText: fc.constantFrom('', '{"a":1}', '{"a":', '[1]'),
  });
  const result = fc.record({
    kind: fc.constant('tool-result' as const),
    callId: fc.constantFrom('call_1', 'functions.x:0'),
    content: fc.array(text, { maxLength: 2 }),
    isError: fc.boolean(),
  });
  const reasoning = fc.record({ kind: fc.constant('reasoning' as const), text: fc.constantFrom('', 'hm') });
  const message: fc.Arbitrary<Message> = fc.oneof(
    fc.record({ role: fc.constant('system' as const), parts: fc.array(fc.oneof(text, marked), { maxLength: 2 }) }),
    fc.record({
      role: fc.constant('user' as const),
      parts: fc.array(fc.oneof(text, marked, document), { maxLength: 3 }),
    }),
    fc.record({ role: fc.constant('assistant' as const), parts: fc.array(fc.oneof(text, marked, call, reasoning)) }),
    fc.record({ role: fc.constant('tool' as const), parts: fc.array(result, { maxLength: 2 }) }),
  );

  function everyBlock(body: Json | undefined): readonly Json[] {
    return (asList(body) ?? []).flatMap((turn) => asList(asObject(turn)?.['content']) ?? []);
  }

  it('obeys what Converse demands of a conversation', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.boolean(),
        fc.constantFrom(CLAUDE, NOVA, LLAMA),
        (messages, offers, model) => {
          const body = writeRequest(requestOf({ messages, tools: offers ? [WEATHER] : [] }), contextFor(model));
          const roles = (asList(body['messages']) ?? []).map((turn) => asObject(turn)?.['role']);
          expect(roles).toEqual(roles.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')));
          expect(roles.length).toBeGreaterThan(0);
          const blocks = everyBlock(body['messages']).map((block) => asObject(block));
          for (const block of [...blocks, ...(asList(body['system']) ?? []).map((item) => asObject(item))]) {
            if (typeof block?.['text'] === 'string') expect(block['text'].trim()).not.toBe('');
          }
          const ids = blocks
            .map((block) => asObject(block?.['toolUse'])?.['toolUseId'])
            .filter((id) => id !== undefined);
          for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
          if (!offers) expect(JSON.stringify(body)).not.toMatch(/toolUse|toolResult|toolConfig/);
          const names = blocks
            .map((block) => asObject(block?.['document'])?.['name'])
            .filter((name) => name !== undefined);
          expect(new Set(names).size).toBe(names.length);
        },
      ),
    );
  });
});
