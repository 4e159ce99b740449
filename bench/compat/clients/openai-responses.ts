import type OpenAI from 'openai';
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInputItem,
} from 'openai/resources/responses/responses';
import { OPENAI_ERRORS, openAiClient, raisedByOpenAi } from './openai-shared.js';
import type { CalledTool, Connection, Dialogue, Question, Reply, SdkClient, StreamOptions } from './sdk-client.js';

/** OpenAI's SDK, calling Responses. */
export const OPENAI_RESPONSES_CLIENT: SdkClient = {
  title: '`openai`, Responses',
  packages: ['openai'],
  words: { stop: 'completed', toolCalls: 'completed', errors: OPENAI_ERRORS },
  open: (connection, question) => new ResponsesDialogue(connection, question),
  embed: undefined,
  raised: raisedByOpenAi,
};

class ResponsesDialogue implements Dialogue {
  private readonly client: OpenAI;
  private readonly input: ResponseInputItem[] = [];
  private calls: readonly CalledTool[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly question: Question,
  ) {
    this.client = openAiClient(connection);
    const { text, image } = question;
    if (image === undefined) this.say(text);
    else {
      this.input.push({
        role: 'user',
        content: [
          { type: 'input_text', text },
          { type: 'input_image', image_url: `data:image/png;base64,${image}`, detail: 'auto' },
        ],
      });
    }
  }

  async plain(): Promise<Reply> {
    return this.replyOf(await this.client.responses.create(this.request), 0);
  }

  async stream({ signal, onPiece }: StreamOptions = {}): Promise<Reply> {
    let pieces = 0;
    let numbered = 0;
    let completed: Response | undefined;
    // Read as events, since the SDK's own helper adds `parsed_arguments`, which OpenAI itself refuses to take back.
    const stream = await this.client.responses.create({ ...this.request, stream: true }, { signal });
    for await (const event of stream) {
      if (event.sequence_number !== numbered) throw new Error(`event ${numbered} says it is ${event.sequence_number}`);
      numbered += 1;
      if (event.type === 'response.completed') completed = event.response;
      if (event.type !== 'response.output_text.delta') continue;
      pieces += 1;
      onPiece?.();
    }
    if (completed === undefined) throw new Error('the stream was not completed');
    return this.replyOf({ ...completed, output_text: textOf(completed) }, pieces);
  }

  answerCalls(results: readonly string[]): void {
    for (const [index, { id }] of this.calls.entries()) {
      this.input.push({ type: 'function_call_output', call_id: id ?? '', output: results[index] ?? '' });
    }
  }

  say(text: string): void {
    this.input.push({ role: 'user', content: text });
  }

  private get request(): ResponseCreateParamsNonStreaming {
    const { system, tool, answerSchema, thinks } = this.question;
    return {
      model: this.connection.model,
      input: this.input,
      max_output_tokens: 1000,
      store: false,
      ...(thinks === true
        ? { reasoning: { effort: 'low', summary: 'auto' }, include: ['reasoning.encrypted_content'] }
        : {}),
      ...(system === undefined ? {} : { instructions: system }),
      ...(tool === undefined
        ? {}
        : {
            tools: [
              {
                type: 'function',
                name: tool.name,
                description: tool.description,
                parameters: { ...tool.schema },
                strict: true,
              },
            ],
          }),
      ...(answerSchema === undefined
        ? {}
        : { text: { format: { type: 'json_schema', name: 'report', schema: { ...answerSchema }, strict: true } } }),
    };
  }

  private replyOf({ output, output_text: text, status, usage }: Response, pieces: number): Reply {
    // What was answered goes back as it is; its type has a few items that only ever come.
    this.input.push(...(output as ResponseInputItem[]));
    this.calls = output.flatMap((item) =>
      item.type === 'function_call' ? [{ id: item.call_id, name: item.name, input: JSON.parse(item.arguments) }] : [],
    );
    return {
      text,
      calls: this.calls,
      finish: status ?? '',
      inputTokens: usage?.input_tokens,
      outputTokens: usage?.output_tokens,
      pieces,
    };
  }
}

/** The SDK gives whole answers their text at a glance, and not the ones in an event. */
function textOf({ output }: Response): string {
  const contents = output.flatMap((item) => (item.type === 'message' ? item.content : []));
  return contents.map((content) => (content.type === 'output_text' ? content.text : '')).join('');
}
