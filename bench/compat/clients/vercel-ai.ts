import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import {
  AISDKError,
  APICallError,
  embedMany,
  generateText,
  jsonSchema,
  Output,
  streamText,
  type JSONSchema7,
  type LanguageModel,
  type ModelMessage,
  type ToolSet,
} from 'ai';
import type {
  CalledTool,
  Connection,
  Dialogue,
  Embedded,
  Question,
  RaisedError,
  Reply,
  SdkClient,
  SdkWords,
  StreamOptions,
} from './sdk-client.js';

const WORDS: SdkWords = {
  stop: 'stop',
  toolCalls: 'tool-calls',
  errors: { 400: 'AI_APICallError', 401: 'AI_APICallError', 429: 'AI_APICallError' },
};

type ProviderOptions = NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;

/** What a provider is told always, and to let its model think. */
interface VercelOptions {
  readonly always: ProviderOptions;
  readonly thinking: ProviderOptions;
}

const CHAT_OPTIONS: VercelOptions = { always: {}, thinking: { openai: { reasoningEffort: 'low' } } };

const RESPONSES_OPTIONS: VercelOptions = {
  always: { openai: { store: false } },
  thinking: { openai: { store: false, reasoningEffort: 'low', reasoningSummary: 'auto' } },
};

const MESSAGES_OPTIONS: VercelOptions = {
  always: {},
  thinking: { anthropic: { thinking: { type: 'enabled', budgetTokens: 2000 } } },
};

// It prints one line for each request that asks for something which a provider of its own does not take.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

type CreateModel = (connection: Connection) => LanguageModel;

/** Vercel's SDK over its OpenAI provider, calling Chat Completions. */
export const VERCEL_CHAT_CLIENT = vercelClient({
  title: '`ai` with `@ai-sdk/openai`, Chat Completions',
  provider: '@ai-sdk/openai',
  createModel: (connection) => openAi(connection).chat(connection.model),
  options: CHAT_OPTIONS,
  embed: embedOverOpenAi,
});

/** Vercel's SDK over its OpenAI provider, calling Responses. */
export const VERCEL_RESPONSES_CLIENT = vercelClient({
  title: '`ai` with `@ai-sdk/openai`, Responses',
  provider: '@ai-sdk/openai',
  createModel: (connection) => openAi(connection).responses(connection.model),
  options: RESPONSES_OPTIONS,
  remark:
    'The SDK is told `store: false`. Without it, it sends back references to stored items instead of the items, which ' +
    'only the provider that stored them can follow; translated, they are refused with `unsupported_parameter`.',
});

/** Vercel's SDK over its Anthropic provider, calling Messages. */
export const VERCEL_MESSAGES_CLIENT = vercelClient({
  title: '`ai` with `@ai-sdk/anthropic`, Messages',
  provider: '@ai-sdk/anthropic',
  createModel: ({ url, key, model }) => createAnthropic({ apiKey: key, baseURL: `${url}/v1` }).messages(model),
  options: MESSAGES_OPTIONS,
});

interface VercelPlan {
  readonly title: string;
  readonly provider: string;
  readonly createModel: CreateModel;
  readonly options: VercelOptions;
  readonly embed?: SdkClient['embed'];
  readonly remark?: string;
}

function vercelClient({ title, provider, createModel, options, embed, remark }: VercelPlan): SdkClient {
  return {
    title,
    packages: ['ai', provider],
    remark,
    words: WORDS,
    open: (connection, question) => new VercelDialogue(createModel(connection), options, question),
    embed,
    raised,
  };
}

function openAi({ url, key }: Connection) {
  return createOpenAI({ apiKey: key, baseURL: `${url}/v1` });
}

async function embedOverOpenAi(connection: Connection, texts: readonly string[]): Promise<Embedded> {
  const model = openAi(connection).embedding(connection.model);
  const { embeddings, usage } = await embedMany({ model, values: [...texts], maxRetries: 0 });
  return { vectors: embeddings, inputTokens: usage.tokens };
}

function raised(error: unknown): RaisedError | undefined {
  if (!AISDKError.isInstance(error)) return undefined;
  return { name: error.name, status: APICallError.isInstance(error) ? error.statusCode : undefined };
}

class VercelDialogue implements Dialogue {
  private readonly messages: ModelMessage[] = [];
  private calls: readonly CalledTool[] = [];

  constructor(
    private readonly model: LanguageModel,
    private readonly options: VercelOptions,
    private readonly question: Question,
  ) {
    const { text, image } = question;
    if (image === undefined) this.say(text);
    else {
      this.messages.push({
        role: 'user',
        content: [
          { type: 'text', text },
          { type: 'file', data: image, mediaType: 'image/png' },
        ],
      });
    }
  }

  async plain(): Promise<Reply> {
    return this.replyOf(await generateText(this.request), 0);
  }

  async stream({ signal, onPiece }: StreamOptions = {}): Promise<Reply> {
    let pieces = 0;
    // Errors are thrown below; the SDK would also print them.
    const result = streamText({
      ...this.request,
      onError: () => undefined,
      ...(signal === undefined ? {} : { abortSignal: signal }),
    });
    for await (const part of result.stream) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'abort') throw signal?.reason ?? new Error('the SDK reports an abort that nobody asked for');
      if (part.type !== 'text-delta') continue;
      pieces += 1;
      onPiece?.();
    }
    const [text, toolCalls, finishReason, usage, responseMessages] = await Promise.all([
      result.text,
      result.toolCalls,
      result.finishReason,
      result.usage,
      result.responseMessages,
    ]);
    return this.replyOf({ text, toolCalls, finishReason, usage, responseMessages }, pieces);
  }

  answerCalls(results: readonly string[]): void {
    this.messages.push({
      role: 'tool',
      content: this.calls.map(({ id, name }, index) => ({
        type: 'tool-result',
        toolCallId: id ?? '',
        toolName: name,
        output: { type: 'text', value: results[index] ?? '' },
      })),
    });
  }

  say(text: string): void {
    this.messages.push({ role: 'user', content: text });
  }

  private get request() {
    const { system, tool: offered, answerSchema, thinks } = this.question;
    return {
      model: this.model,
      messages: this.messages,
      maxOutputTokens: 4000,
      providerOptions: thinks === true ? this.options.thinking : this.options.always,
      maxRetries: 0,
      ...(system === undefined ? {} : { system }),
      ...(offered === undefined ? {} : { tools: toolsOf(offered) }),
      ...(answerSchema === undefined
        ? {}
        : { output: Output.object({ schema: jsonSchema(answerSchema as JSONSchema7) }) }),
    };
  }

  private replyOf(answer: VercelAnswer, pieces: number): Reply {
    this.messages.push(...answer.responseMessages);
    this.calls = answer.toolCalls.map(({ toolCallId: id, toolName: name, input }) => ({ id, name, input }));
    const { inputTokens, outputTokens } = answer.usage;
    return { text: answer.text, calls: this.calls, finish: answer.finishReason, inputTokens, outputTokens, pieces };
  }
}

interface VercelAnswer {
  readonly text: string;
  readonly toolCalls: readonly { readonly toolCallId: string; readonly toolName: string; readonly input: unknown }[];
  readonly finishReason: string;
  readonly usage: { readonly inputTokens: number | undefined; readonly outputTokens: number | undefined };
  readonly responseMessages: readonly ModelMessage[];
}

function toolsOf({ name, description, schema }: NonNullable<Question['tool']>): ToolSet {
  return { [name]: { description, inputSchema: jsonSchema<never>(schema as JSONSchema7) } };
}
