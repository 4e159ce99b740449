import Anthropic from '@anthropic-ai/sdk';
import type { Message, MessageCreateParamsNonStreaming, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import type { CalledTool, Connection, Dialogue, Question, Reply, SdkClient, StreamOptions } from './sdk-client.js';

/** Anthropic's SDK, calling Messages. */
export const ANTHROPIC_CLIENT: SdkClient = {
  title: '`@anthropic-ai/sdk`, Messages',
  packages: ['@anthropic-ai/sdk'],
  words: {
    stop: 'end_turn',
    toolCalls: 'tool_use',
    errors: { 400: 'BadRequestError', 401: 'AuthenticationError', 429: 'RateLimitError' },
  },
  open: (connection, question) => new MessagesDialogue(connection, question),
  embed: undefined,
  raised: (error) =>
    error instanceof Anthropic.APIError
      ? { name: error.constructor.name, status: error.status as number | undefined }
      : undefined,
};

class MessagesDialogue implements Dialogue {
  private readonly client: Anthropic;
  private readonly messages: MessageParam[] = [];
  private calls: readonly CalledTool[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly question: Question,
  ) {
    const { url, key } = connection;
    this.client = new Anthropic({ apiKey: key, baseURL: url, maxRetries: 0 });
    const { text, image } = question;
    if (image === undefined) this.say(text);
    else {
      this.messages.push({
        role: 'user',
        content: [
          { type: 'text', text },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } },
        ],
      });
    }
  }

  async plain(): Promise<Reply> {
    return this.replyOf(await this.client.messages.create(this.request), 0);
  }

  async stream({ signal, onPiece }: StreamOptions = {}): Promise<Reply> {
    let pieces = 0;
    const stream = this.client.messages.stream(this.request, { signal });
    stream.on('text', () => {
      pieces += 1;
      onPiece?.();
    });
    return this.replyOf(await stream.finalMessage(), pieces);
  }

  answerCalls(results: readonly string[]): void {
    this.messages.push({
      role: 'user',
      content: this.calls.map(({ id }, index) => ({
        type: 'tool_result',
        tool_use_id: id ?? '',
        content: results[index] ?? '',
      })),
    });
  }

  say(text: string): void {
    this.messages.push({ role: 'user', content: text });
  }

  private get request(): MessageCreateParamsNonStreaming {
    const { system, tool, answerSchema, thinks } = this.question;
    return {
      model: this.connection.model,
      max_tokens: 4000,
      messages: this.messages,
      ...(thinks === true ? { thinking: { type: 'enabled', budget_tokens: 2000 } } : {}),
      ...(system === undefined ? {} : { system }),
      ...(tool === undefined
        ? {}
        : {
            tools: [
              {
                name: tool.name,
                description: tool.description,
                input_schema: { ...tool.schema, required: [...tool.schema.required] },
              },
            ],
          }),
      ...(answerSchema === undefined
        ? {}
        : { output_config: { format: { type: 'json_schema', schema: { ...answerSchema } } } }),
    };
  }

  private replyOf({ content, stop_reason: finish, usage }: Message, pieces: number): Reply {
    this.messages.push({ role: 'assistant', content });
    this.calls = content.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input }] : [],
    );
    const { input_tokens: uncached, cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
    return {
      text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      calls: this.calls,
      finish: finish ?? '',
      inputTokens: uncached + (read ?? 0) + (written ?? 0),
      outputTokens: usage.output_tokens,
      pieces,
    };
  }
}
