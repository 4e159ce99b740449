import OpenAI from 'openai';
import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessage,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { embedWithOpenAi, OPENAI_ERRORS, openAiClient, raisedByOpenAi } from './openai-shared.js';
import type { CalledTool, Connection, Dialogue, Question, Reply, SdkClient, StreamOptions } from './sdk-client.js';

/** OpenAI's SDK, calling Chat Completions. */
export const OPENAI_CHAT_CLIENT: SdkClient = {
  title: '`openai`, Chat Completions',
  packages: ['openai'],
  words: { stop: 'stop', toolCalls: 'tool_calls', errors: OPENAI_ERRORS },
  open: (connection, question) => new ChatDialogue(connection, question),
  embed: embedWithOpenAi,
  raised: raisedByOpenAi,
};

class ChatDialogue implements Dialogue {
  private readonly client: OpenAI;
  private readonly messages: ChatCompletionMessageParam[];
  private calls: readonly CalledTool[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly question: Question,
  ) {
    this.client = openAiClient(connection);
    const { system, text, image } = question;
    this.messages = system === undefined ? [] : [{ role: 'system', content: system }];
    if (image === undefined) this.say(text);
    else {
      const url = `data:image/png;base64,${image}`;
      this.messages.push({
        role: 'user',
        content: [
          { type: 'text', text },
          { type: 'image_url', image_url: { url } },
        ],
      });
    }
  }

  async plain(): Promise<Reply> {
    return this.replyOf(await this.client.chat.completions.create(this.request), 0);
  }

  async stream({ signal, onPiece }: StreamOptions = {}): Promise<Reply> {
    let pieces = 0;
    const params = { ...this.request, stream: true, stream_options: { include_usage: true } } as const;
    const stream = this.client.chat.completions.stream(params, { signal });
    stream.on('content', () => {
      pieces += 1;
      onPiece?.();
    });
    return this.replyOf(await stream.finalChatCompletion(), pieces);
  }

  answerCalls(results: readonly string[]): void {
    for (const [index, { id }] of this.calls.entries()) {
      this.messages.push({ role: 'tool', tool_call_id: id ?? '', content: results[index] ?? '' });
    }
  }

  say(text: string): void {
    this.messages.push({ role: 'user', content: text });
  }

  private get request(): ChatCompletionCreateParamsNonStreaming {
    const { tool, answerSchema, thinks } = this.question;
    return {
      model: this.connection.model,
      messages: this.messages,
      max_completion_tokens: 1000,
      ...(thinks === true ? { reasoning_effort: 'low' } : {}),
      ...(tool === undefined
        ? {}
        : {
            tools: [
              {
                type: 'function',
                function: { name: tool.name, description: tool.description, parameters: { ...tool.schema } },
              },
            ],
          }),
      ...(answerSchema === undefined
        ? {}
        : {
            response_format: {
              type: 'json_schema',
              json_schema: { name: 'report', schema: { ...answerSchema }, strict: true },
            },
          }),
    };
  }

  private replyOf({ choices: [choice], usage }: ChatCompletion, pieces: number): Reply {
    if (choice === undefined) throw new Error('the completion has no choice');
    const { message, finish_reason: finish } = choice;
    const calls = (message.tool_calls ?? []).filter((call) => call.type === 'function');
    this.messages.push(withoutParsed(message, calls));
    this.calls = calls.map((call) => ({
      id: call.id,
      name: call.function.name,
      input: JSON.parse(call.function.arguments),
    }));
    return {
      text: message.content ?? '',
      calls: this.calls,
      finish,
      inputTokens: usage?.prompt_tokens,
      outputTokens: usage?.completion_tokens,
      pieces,
    };
  }
}

/** The answer as it goes back, without what the SDK's streams add to it: OpenAI itself refuses to take that. */
function withoutParsed(
  message: ChatCompletionMessage,
  calls: readonly ChatCompletionMessageFunctionToolCall[],
): ChatCompletionMessageParam {
  const {
    parsed: _parsed,
    tool_calls: _calls,
    ...rest
  }: ChatCompletionMessage & { readonly parsed?: unknown } = message;
  const toolCalls = calls.map(({ id, function: { name, arguments: text } }) => {
    return { id, type: 'function', function: { name, arguments: text } } as const;
  });
  return toolCalls.length === 0 ? rest : { ...rest, tool_calls: toolCalls };
}
