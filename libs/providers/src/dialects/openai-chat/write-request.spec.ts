import { describe, expect, it } from 'vitest';
import { Losses } from '../../hub/losses.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { ModelCapabilities } from '../../spec/model-capabilities.js';
import type { Message, ModelRequest, Parameters, Tool } from '../../spec/model-request.js';
import type { AssistantPart, MediaPart, UserPart } from '../../spec/part.js';
import type { StateFamily } from '../../spec/provider-state.js';
import { readRequest } from './read-request.js';
import { writeRequest } from './write-request.js';

const NOTHING_KNOWN: ModelCapabilities = {
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
const HELLO: Message = { role: 'user', parts: [{ kind: 'text', text: 'hi' }] };

/** What a test says about the provider; the rest is not known. */
interface Provider {
  readonly stateFamily?: StateFamily;
  readonly capabilities?: Partial<ModelCapabilities>;
}

interface Written {
  readonly body: JsonObject;
  readonly lost: readonly string[];
}

function write(request: Partial<ModelRequest>, provider: Provider = {}): Written {
  const losses = new Losses();
  const context: WriteContext = {
    model: 'm',
    stateFamily: provider.stateFamily,
    capabilities: { ...NOTHING_KNOWN, ...provider.capabilities },
    losses,
  };
  const whole = { streams: false, messages: [HELLO], tools: [], parameters: {}, unknownNames: [], ...request };
  return { body: writeRequest(whole, context), lost: losses.fields() };
}

function writeMessages(messages: readonly Message[], provider?: Provider): unknown {
  return write({ messages }, provider).body['messages'];
}

function writeUser(parts: readonly UserPart[], provider?: Provider): unknown {
  return (writeMessages([{ role: 'user', parts }], provider) as readonly JsonObject[])[0]?.['content'];
}

function writeAssistant(parts: readonly AssistantPart[], provider?: Provider): unknown {
  return (writeMessages([{ role: 'assistant', parts }], provider) as readonly JsonObject[])[0];
}

function writeParameters(parameters: Parameters, provider?: Provider): Written {
  const { body, lost } = write({ parameters }, provider);
  const { model: _model, messages: _messages, ...rest } = body;
  return { body: rest, lost };
}

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UnsupportedFieldError) return `${error.field}: ${error.reason}`;
    throw error;
  }
  return 'none';
}

function media(medium: MediaPart['medium'], source: MediaPart['source']): MediaPart {
  return { kind: 'media', medium, source };
}

describe('a chat request for a provider', () => {
  it('says the model, and asks for usage when it streams', () => {
    expect(write({}).body).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    expect(write({ streams: true }).body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it('is what the client sent, when the client speaks chat as well', () => {
    const sent: JsonObject = {
      model: 'm',
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', name: 'ada', content: 'hi' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
            { type: 'file', file: { file_id: 'file-1' } },
            { type: 'video_url', video_url: { url: 'https://x/y.mp4' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
            { id: 'b', type: 'custom', custom: { name: 'g', input: 'free' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a', content: 'one' },
        { role: 'tool', tool_call_id: 'b', content: 'two' },
        { role: 'assistant', content: null, refusal: 'no' },
        { role: 'assistant', content: '', audio: { id: 'audio_1' } },
      ],
      tools: [
        { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
        { type: 'custom', custom: { name: 'g', format: { type: 'text' } } },
      ],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: {
          mode: 'auto',
          tools: [
            { type: 'function', function: { name: 'f' } },
            { type: 'custom', custom: { name: 'g' } },
          ],
        },
      },
      parallel_tool_calls: false,
      max_completion_tokens: 5,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 4,
      stop: ['a'],
      presence_penalty: 1,
      frequency_penalty: 1,
      seed: 7,
      n: 1,
      logit_bias: { 5: 1 },
      logprobs: true,
      top_logprobs: 2,
      user: 'u',
      safety_identifier: 's',
      metadata: { a: 'b' },
      store: true,
      service_tier: 'flex',
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
      reasoning_effort: 'low',
      verbosity: 'low',
      prediction: { type: 'content', content: 'x' },
      modalities: ['text'],
      audio: { voice: 'alloy', format: 'wav' },
      web_search_options: { search_context_size: 'low' },
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      stream: true,
      stream_options: { include_usage: true },
    };
    const { body, lost } = write(readRequest(sent), { stateFamily: 'openai' });
    expect(body).toEqual(sent);
    expect(lost).toEqual([]);
  });
});

describe('content of a chat request for a provider', () => {
  it('that is all text is one string, because several vendors take nothing else', () => {
    const texts = [
      { kind: 'text', text: 'a' },
      { kind: 'text', text: 'b' },
    ] as const;
    expect(
      writeMessages([
        { role: 'system', parts: texts },
        { role: 'user', parts: texts },
        { role: 'assistant', parts: texts },
        { role: 'tool', parts: [{ kind: 'tool-result', callId: 'c', content: texts }] },
      ]),
    ).toEqual([
      { role: 'system', content: 'a\nb' },
      { role: 'user', content: 'a\nb' },
      { role: 'assistant', content: 'ab' },
      { role: 'tool', tool_call_id: 'c', content: 'a\nb' },
    ]);
  });

  it('is a document of plain text as text', () => {
    const base64 = Buffer.from('Grüße').toString('base64');
    const document = { ...media('document', { kind: 'data', mediaType: 'text/plain', base64 }), name: 'a.txt' };
    expect(writeUser([document, { kind: 'text', text: 'sum up' }])).toBe('a.txt:\nGrüße\nsum up');
  });

  it('gives media of a tool’s answer in a message behind the last answer', () => {
    const image = media('image', { kind: 'url', url: 'https://x/y.png' });
    expect(
      writeMessages([
        {
          role: 'tool',
          parts: [
            { kind: 'tool-result', callId: 'a', content: [image] },
            { kind: 'tool-result', callId: 'b', content: [{ kind: 'text', text: 'two' }] },
          ],
        },
      ]),
    ).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'The result is in the next message.' },
      { role: 'tool', tool_call_id: 'b', content: 'two' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Result of the tool call a:' },
          { type: 'image_url', image_url: { url: 'https://x/y.png' } },
        ],
      },
    ]);
  });

  it('loses cache marks and the mark of a failed tool, and says so', () => {
    const messages: readonly Message[] = [
      { role: 'system', parts: [{ kind: 'text', text: 's', cacheMark: '1h' }] },
      { role: 'tool', parts: [{ kind: 'tool-result', callId: 'a', content: [], isError: true }] },
    ];
    const { body, lost } = write({ messages });
    expect(body['messages']).toEqual([
      { role: 'system', content: 's' },
      { role: 'tool', tool_call_id: 'a', content: '' },
    ]);
    expect(lost).toEqual(['cache_control', 'messages.content.is_error']);
  });

  it('keeps cache marks for a provider of Claude', () => {
    const { body, lost } = write(
      {
        messages: [{ role: 'user', parts: [{ kind: 'text', text: 'u', cacheMark: '1h' }] }],
        tools: [{ kind: 'function', name: 'f', cacheMark: '5m' }],
      },
      { stateFamily: 'anthropic' },
    );
    expect(body).toMatchObject({
      messages: [{ content: [{ type: 'text', text: 'u', cache_control: { type: 'ephemeral', ttl: '1h' } }] }],
      tools: [{ cache_control: { type: 'ephemeral' } }],
    });
    expect(lost).toEqual([]);
  });

  it.each<[string, UserPart, Provider, string]>([
    [
      'a part that nobody knows',
      { kind: 'unknown', type: 'hologram', value: {} },
      {},
      'messages.content: a part of type "hologram" has no equivalent',
    ],
    [
      'a sound by address',
      media('audio', { kind: 'url', url: 'https://x' }),
      {},
      'messages.content.input_audio: sound can only be given with its bytes',
    ],
    [
      'a document by address',
      media('document', { kind: 'url', url: 'https://x' }),
      {},
      'messages.content.file: a document can only be given with its bytes',
    ],
    [
      'a file of another vendor',
      media('document', { kind: 'file', fileId: 'file_011' }),
      { stateFamily: 'openai' },
      'messages.content.file: the file was not uploaded to this provider',
    ],
    [
      'a file of OpenAI at another vendor',
      media('document', { kind: 'file', fileId: 'file-1' }),
      {},
      'messages.content.file: the file was not uploaded to this provider',
    ],
    [
      'an image by id',
      media('image', { kind: 'file', fileId: 'file-1' }),
      { stateFamily: 'openai' },
      'messages.content.image_url: the file was not uploaded to this provider',
    ],
    [
      'what the model cannot read',
      media('audio', { kind: 'data', mediaType: 'audio/wav', base64: 'AAAA' }),
      { capabilities: { input: ['image'] } },
      'messages.content: the model m reads no audio',
    ],
  ])('refuses %s, since without it the request means something else', (_title, part, provider, refusal) => {
    expect(refusalOf(() => writeUser([part], provider))).toBe(refusal);
  });
});

describe('what the model said before, for a provider', () => {
  it.each<[string, Provider, JsonObject]>([
    ['OpenAI', { stateFamily: 'openai' }, { role: 'assistant', content: null, refusal: 'no' }],
    ['others', {}, { role: 'assistant', content: 'no' }],
  ])('is a refusal in the way of %s', (_title, provider, message) => {
    expect(writeAssistant([{ kind: 'refusal', text: 'no' }], provider)).toEqual(message);
  });

  it('writes empty arguments as an empty object, which every vendor can parse', () => {
    expect(writeAssistant([{ kind: 'tool-call', callId: 'a', name: 'f', argumentsText: '' }])).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
    });
  });

  const thought: AssistantPart = { kind: 'reasoning', text: 'hm', state: { family: 'anthropic', data: 'sig' } };
  const hidden: AssistantPart = {
    kind: 'reasoning',
    text: '',
    state: { family: 'anthropic', data: 'enc', redacted: true },
  };
  const said: AssistantPart = { kind: 'text', text: 'x' };

  it('goes with its states to models of the same family', () => {
    expect(writeAssistant([thought, hidden, said], { stateFamily: 'anthropic' })).toEqual({
      role: 'assistant',
      content: 'x',
      reasoning_details: [
        { type: 'reasoning.text', text: 'hm', signature: 'sig', format: 'anthropic-claude-v1', index: 0 },
        { type: 'reasoning.encrypted', data: 'enc', format: 'anthropic-claude-v1', index: 1 },
      ],
    });
  });

  it.each<StateFamily | undefined>([undefined, 'gemini', 'openai', 'x-acme'])(
    'leaves reasoning out for models of the family %s',
    (stateFamily) => {
      const provider = stateFamily === undefined ? {} : { stateFamily };
      const { body, lost } = write({ messages: [{ role: 'assistant', parts: [thought, hidden, said] }] }, provider);
      expect(body['messages']).toEqual([{ role: 'assistant', content: 'x' }]);
      expect(lost).toEqual(['reasoning']);
    },
  );

  it('gives OpenAI no reasoning at all, because its chat has no place for it', () => {
    const own: AssistantPart = { kind: 'reasoning', text: 'hm', state: { family: 'openai', data: 'enc' } };
    expect(writeAssistant([own, said], { stateFamily: 'openai' })).toEqual({ role: 'assistant', content: 'x' });
  });

  it('gives reasoning in plain words back to vendors with a family of their own', () => {
    const plain: AssistantPart = { kind: 'reasoning', text: 'hm' };
    expect(writeAssistant([plain, said], { stateFamily: 'x-deepseek' })).toEqual({
      role: 'assistant',
      content: 'x',
      reasoning_content: 'hm',
    });
    expect(write({ messages: [{ role: 'assistant', parts: [plain, said] }] }).lost).toEqual(['reasoning']);
  });

  it('has Google’s state on the call that it belongs to', () => {
    const state = { family: 'gemini', data: 'sig' } as const;
    const call: AssistantPart = { kind: 'tool-call', callId: 'a', name: 'f', argumentsText: '{}' };
    const before: AssistantPart = { kind: 'reasoning', text: '', state };
    const expected = { tool_calls: [{ extra_content: { google: { thought_signature: 'sig' } } }] };
    expect(writeAssistant([{ ...call, state }], { stateFamily: 'gemini' })).toMatchObject(expected);
    expect(writeAssistant([before, call], { stateFamily: 'gemini' })).toMatchObject(expected);
    expect(writeAssistant([{ ...call, state }], {})).not.toHaveProperty('tool_calls.0.extra_content');
  });

  it('refuses an image that it made, unless the model makes images', () => {
    const image = media('image', { kind: 'data', mediaType: 'image/png', base64: 'AAAA' });
    expect(refusalOf(() => writeAssistant([image]))).toBe(
      'messages.content: image of an earlier answer cannot be given back',
    );
    expect(writeAssistant([image, image], { capabilities: { output: ['image'] } })).toMatchObject({
      images: Array.from({ length: 2 }, () => ({
        type: 'image_url',
        image_url: { url: 'data:image/png;base64,AAAA' },
      })),
    });
  });
});

describe('tools of a chat request for a provider', () => {
  it('leave out the choice when there are none, because OpenAI refuses it', () => {
    const parameters: Parameters = { toolChoice: { kind: 'none' }, parallelToolCalls: true };
    expect(write({ parameters }).body).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
  });

  it('take a custom tool in the shape of OpenAI’s other interface', () => {
    const value = { type: 'custom', name: 'g', format: { type: 'text' } };
    const tool: Tool = { kind: 'vendor', type: 'custom', webSearch: false, value };
    const { body } = write({ tools: [tool], parameters: { toolChoice: { kind: 'tool', name: 'g' } } });
    expect(body).toMatchObject({
      tools: [{ type: 'custom', custom: { name: 'g', format: { type: 'text' } } }],
      tool_choice: { type: 'custom', custom: { name: 'g' } },
    });
  });

  it('make a web search of another dialect into search options', () => {
    const value = { type: 'web_search_20250305', user_location: { type: 'approximate', city: 'Ulm' }, max_uses: 3 };
    const tool: Tool = { kind: 'vendor', type: 'web_search_20250305', webSearch: true, value };
    const { body } = write({ tools: [tool] });
    expect(body['web_search_options']).toEqual({
      user_location: { type: 'approximate', approximate: { city: 'Ulm' } },
    });
    expect(body).not.toHaveProperty('tools');
  });

  it('refuse a tool that only its own vendor has', () => {
    const tool: Tool = { kind: 'vendor', type: 'computer_use', webSearch: false, value: {} };
    expect(refusalOf(() => write({ tools: [tool] }))).toBe(
      'tools: a tool of type "computer_use" exists only at its own vendor',
    );
  });
});

describe('parameters of a chat request for a provider', () => {
  it.each<[Parameters, Provider, JsonObject]>([
    [{ maxOutputTokens: 5 }, { stateFamily: 'openai' }, { max_completion_tokens: 5 }],
    [{ maxOutputTokens: 5 }, {}, { max_tokens: 5 }],
    [{ outputFormat: { kind: 'text' } }, {}, {}],
    [{ outputFormat: { kind: 'json' } }, {}, { response_format: { type: 'json_object' } }],
    [{ reasoning: { effort: 'minimal', budgetTokens: 9 } }, {}, { reasoning_effort: 'minimal' }],
    [{ reasoning: { budgetTokens: 1024 } }, {}, { reasoning_effort: 'low' }],
    [{ reasoning: { budgetTokens: 10_000 } }, {}, { reasoning_effort: 'medium' }],
    [{ reasoning: { budgetTokens: 31_999 } }, {}, { reasoning_effort: 'high' }],
    [{ reasoning: { budgetTokens: -1 } }, {}, {}],
    [{ reasoning: { adaptive: true, visible: true } }, {}, {}],
  ])('%j for %j', (parameters, provider, expected) => {
    expect(writeParameters(parameters, provider)).toEqual({ body: expected, lost: [] });
  });

  it.each<[Parameters, readonly string[]]>([
    [{ reasoning: { budgetTokens: 0 } }, ['reasoning']],
    [{ reasoning: { summary: 'auto' } }, ['reasoning.summary']],
  ])('that have no place are left out and reported: %j', (parameters, lost) => {
    expect(writeParameters(parameters)).toEqual({ body: {}, lost });
  });

  it.each<[Parameters, string]>([
    [{ previousResponseId: 'resp_1' }, 'previous_response_id: chat does not store answers to go on from'],
    [{ functions: true }, 'functions: it is deprecated; use "tools"'],
  ])('that the request depends on are refused: %j', (parameters, refusal) => {
    expect(refusalOf(() => writeParameters(parameters))).toBe(refusal);
  });
});
