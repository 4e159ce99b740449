import type { Responses } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import { readState } from '../../hub/state-envelope.js';
import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart, Citation } from '../../spec/part.js';
import { readRequest } from './read-request.js';
import { answerContext } from './testing/contexts.js';
import { sdkClient } from './testing/sdk-client.js';
import { writeAnswer } from './write-answer.js';

function write(answer: Partial<ModelAnswer>, context: AnswerContext = answerContext()): JsonObject {
  return writeAnswer({ parts: [], finish: { reason: 'stop' }, usage: undefined, ...answer }, context);
}

function outputOf(parts: readonly AssistantPart[], context?: AnswerContext): readonly JsonObject[] {
  return write({ parts }, context)['output'] as readonly JsonObject[];
}

/** Members that the SDK declares as required, as a type so that a new one does not compile here. */
type RequiredMember = {
  [Name in keyof Responses.Response]-?: object extends Pick<Responses.Response, Name> ? never : Name;
}[keyof Responses.Response];

const REQUIRED: Readonly<Record<Exclude<RequiredMember, 'output_text'>, true>> = {
  id: true,
  access_programs: true,
  created_at: true,
  error: true,
  incomplete_details: true,
  instructions: true,
  metadata: true,
  model: true,
  object: true,
  output: true,
  parallel_tool_calls: true,
  temperature: true,
  tool_choice: true,
  tools: true,
  top_p: true,
};

describe('a whole answer for a Responses client', () => {
  it('has every member that OpenAI promises', () => {
    expect(Object.keys(write({}))).toEqual(expect.arrayContaining(Object.keys(REQUIRED)));
  });

  it('repeats what the client asked for, as it asked for it', () => {
    const body = {
      instructions: 'Be brief.',
      input: 'Hello',
      max_output_tokens: 64,
      temperature: 0.5,
      metadata: { a: 'b' },
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search' }] },
      tools: [
        {
          type: 'namespace',
          name: 'ns',
          tools: [
            { type: 'function', name: 'a' },
            { type: 'function', name: 'b' },
          ],
        },
        { type: 'custom', name: 'patch' },
        { type: 'web_search' },
      ],
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      reasoning: { effort: 'low', summary: null },
    };
    const written = write({ id: 'resp_9', serviceTier: 'default' }, answerContext({ request: readRequest(body) }));
    const { input: _, ...repeated } = body;
    expect(written).toMatchObject({ ...repeated, id: 'resp_9', model: 'my-model', status: 'completed', usage: null });
    expect(written['created_at']).toBe(1_800_000_000);
  });

  it('has an id of its own when the vendor gave none, or one of another form', () => {
    expect(write({})['id']).toBe('resp_req_0123');
    expect(write({ id: 'chatcmpl-1:2' })['id']).toBe('resp_chatcmpl-12');
  });

  it('is read by the official SDK, with its text, its calls and its usage', async () => {
    const written = write({
      id: 'msg_1',
      parts: [
        { kind: 'reasoning', text: 'hm' },
        { kind: 'text', text: 'Hello ' },
        { kind: 'text', text: 'world' },
        { kind: 'tool-call', callId: 'c', name: 'f', argumentsText: '' },
      ],
      finish: { reason: 'tool-calls' },
      usage: {
        inputTokens: 5,
        outputTokens: 7,
        cacheReadTokens: 2,
        cacheWriteTokens: undefined,
        cacheWrite1hTokens: undefined,
        reasoningTokens: 3,
        inputAudioTokens: undefined,
        outputAudioTokens: undefined,
      },
    });
    const client = sdkClient(JSON.stringify(written), 'application/json');
    const response = await client.responses.parse({ model: 'm', input: 'x' });
    expect(response.output_text).toBe('Hello world');
    expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call']);
    expect(response.output[2]).toMatchObject({ call_id: 'c', name: 'f', arguments: '{}', status: 'completed' });
    expect(response.usage).toMatchObject({ input_tokens: 7, output_tokens: 7, total_tokens: 14 });
  });

  it.each([
    ['length', 'incomplete', { reason: 'max_output_tokens' }],
    ['content-filter', 'incomplete', { reason: 'content_filter' }],
    ['refusal', 'completed', null],
    ['stop', 'completed', null],
  ] as const)('that ended with %s is %s, and so is what it ended in', (reason, status, incomplete_details) => {
    const parts: AssistantPart[] = [
      { kind: 'reasoning', text: 'hm' },
      { kind: 'text', text: 'Hel' },
    ];
    const written = write({ parts, finish: { reason } });
    expect(written).toMatchObject({ status, incomplete_details, output: [{ status: 'completed' }, { status }] });
  });

  it('gives a state of its own family as it is, and one of another so that it finds back', () => {
    const foreign = { family: 'anthropic', data: 'sig' } as const;
    const [own, other] = outputOf([
      { kind: 'reasoning', text: '', state: { family: 'openai', id: 'rs_1', data: 'enc' } },
      { kind: 'reasoning', text: 'hm', state: foreign },
    ]);
    expect(own).toMatchObject({ summary: [], encrypted_content: 'enc' });
    expect(readState(String(other?.['encrypted_content']), 'openai')).toEqual(foreign);
  });

  it('puts the state of a text or a call just before it', () => {
    const state = { family: 'gemini', data: 'thought' } as const;
    const output = outputOf([
      { kind: 'text', text: 'a' },
      { kind: 'text', text: 'b', state },
      { kind: 'tool-call', callId: 'c', name: 'f', argumentsText: '{}', state },
    ]);
    expect(output.map(({ type }) => type)).toEqual(['message', 'reasoning', 'message', 'reasoning', 'function_call']);
    expect(output[1]).toMatchObject({ summary: [], encrypted_content: output[3]?.['encrypted_content'] });
  });

  it('turns calls back to the tools that the client offered', () => {
    const tools = [
      { type: 'namespace', name: 'mcp__docs', tools: [{ type: 'function', name: 'search' }] },
      { type: 'custom', name: 'apply_patch' },
      { type: 'tool_search', execution: 'client' },
    ];
    const call = { kind: 'tool-call', callId: 'c' } as const;
    const output = outputOf(
      [
        { ...call, name: 'mcp__docs__search', argumentsText: '{"q":1}' },
        { ...call, name: 'apply_patch', argumentsText: '{"input":"*** \\"x\\""}' },
        { ...call, name: 'apply_patch', argumentsText: 'not the shape' },
        { ...call, name: 'native', argumentsText: 'raw', freeText: true },
        { ...call, name: 'tool_search', argumentsText: '{"query":"docs"}' },
        { ...call, name: 'tool_search', argumentsText: 'not the shape' },
      ],
      answerContext({ request: readRequest({ input: 'x', tools }) }),
    );
    expect(output).toMatchObject([
      { type: 'function_call', namespace: 'mcp__docs', name: 'search', arguments: '{"q":1}' },
      { type: 'custom_tool_call', name: 'apply_patch', input: '*** "x"' },
      { type: 'custom_tool_call', name: 'apply_patch', input: 'not the shape' },
      { type: 'custom_tool_call', name: 'native', input: 'raw' },
      { type: 'tool_search_call', call_id: 'c', execution: 'client', arguments: { query: 'docs' } },
      { type: 'tool_search_call', call_id: 'c', execution: 'client', arguments: {} },
    ]);
  });

  it('cites what can be cited, over the whole text when the vendor does not say where', () => {
    const raw = { family: 'gemini', value: {} };
    const citations: Citation[] = [
      { kind: 'url', url: 'https://a.de', raw },
      { kind: 'url', url: 'https://b.de', title: 'B', start: 1, end: 2, raw },
      { kind: 'document', title: 'not a file of OpenAI', raw },
    ];
    expect(outputOf([{ kind: 'text', text: 'abc', citations }])).toMatchObject([
      {
        content: [
          {
            annotations: [
              { type: 'url_citation', url: 'https://a.de', title: '', start_index: 0, end_index: 3 },
              { type: 'url_citation', url: 'https://b.de', title: 'B', start_index: 1, end_index: 2 },
            ],
          },
        ],
      },
    ]);
  });

  it('shows images, which have an item of their own', () => {
    const source = { kind: 'data', mediaType: 'image/jpeg', base64: 'QUJD' } as const;
    expect(outputOf([{ kind: 'media', medium: 'image', source }])).toMatchObject([
      { type: 'image_generation_call', status: 'completed', result: 'QUJD', output_format: 'jpeg' },
    ]);
  });

  it('has ids of items that OpenAI takes back, however long the vendor’s id is', () => {
    const written = write({ id: 'x'.repeat(300), parts: [{ kind: 'text', text: 'a' }] });
    const [message] = written['output'] as readonly JsonObject[];
    expect(message?.['id']).toMatch(/^msg_[A-Za-z0-9_-]{1,60}$/);
  });
});
