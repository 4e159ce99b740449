import {
  ApiError,
  GoogleGenAI,
  type Content,
  type GenerateContentParameters,
  type GenerateContentResponse,
  type Part,
} from '@google/genai';
import type { CalledTool, Connection, Dialogue, Question, Reply, SdkClient, StreamOptions } from './sdk-client.js';

/** Google's SDK, calling Gemini's own API. */
export const GOOGLE_CLIENT: SdkClient = {
  title: '`@google/genai`, generateContent',
  packages: ['@google/genai'],
  words: { stop: 'STOP', toolCalls: 'STOP', errors: { 400: 'ApiError', 401: 'ApiError', 429: 'ApiError' } },
  open: (connection, question) => new GeminiDialogue(connection, question),
  async embed(connection, texts) {
    const { embeddings = [] } = await googleClient(connection).models.embedContent({
      model: connection.model,
      contents: [...texts],
    });
    return { vectors: embeddings.map(({ values = [] }) => values), inputTokens: undefined };
  },
  raised: (error) => (error instanceof ApiError ? { name: error.constructor.name, status: error.status } : undefined),
};

function googleClient({ url, key }: Connection): GoogleGenAI {
  return new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
}

class GeminiDialogue implements Dialogue {
  private readonly client: GoogleGenAI;
  private readonly contents: Content[] = [];
  private calls: readonly CalledTool[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly question: Question,
  ) {
    this.client = googleClient(connection);
    const { text, image } = question;
    const picture: Part[] = image === undefined ? [] : [{ inlineData: { mimeType: 'image/png', data: image } }];
    this.contents.push({ role: 'user', parts: [{ text }, ...picture] });
  }

  async plain(): Promise<Reply> {
    return this.replyOf([await this.client.models.generateContent(this.request())], 0);
  }

  async stream({ signal, onPiece }: StreamOptions = {}): Promise<Reply> {
    const chunks: GenerateContentResponse[] = [];
    let pieces = 0;
    for await (const chunk of await this.client.models.generateContentStream(this.request(signal))) {
      chunks.push(chunk);
      if (!partsOf(chunk).some(({ text }) => text)) continue;
      pieces += 1;
      onPiece?.();
    }
    return this.replyOf(chunks, pieces);
  }

  answerCalls(results: readonly string[]): void {
    const parts = this.calls.map(({ id, name }, index): Part => {
      const response = { output: results[index] ?? '' };
      return { functionResponse: { name, response, ...(id === undefined ? {} : { id }) } };
    });
    this.contents.push({ role: 'user', parts });
  }

  say(text: string): void {
    this.contents.push({ role: 'user', parts: [{ text }] });
  }

  private request(signal?: AbortSignal): GenerateContentParameters {
    const { system, tool, answerSchema, thinks } = this.question;
    const declaration = tool && {
      name: tool.name,
      description: tool.description,
      parametersJsonSchema: tool.schema,
    };
    return {
      model: this.connection.model,
      contents: this.contents,
      config: {
        maxOutputTokens: 4000,
        ...(thinks === true ? { thinkingConfig: { includeThoughts: true, thinkingBudget: 2000 } } : {}),
        ...(system === undefined ? {} : { systemInstruction: system }),
        ...(declaration === undefined ? {} : { tools: [{ functionDeclarations: [declaration] }] }),
        ...(answerSchema === undefined
          ? {}
          : { responseMimeType: 'application/json', responseJsonSchema: answerSchema }),
        ...(signal === undefined ? {} : { abortSignal: signal }),
      },
    };
  }

  private replyOf(chunks: readonly GenerateContentResponse[], pieces: number): Reply {
    const parts = chunks.flatMap(partsOf);
    this.contents.push({ role: 'model', parts });
    this.calls = parts.flatMap(({ functionCall }) =>
      functionCall === undefined
        ? []
        : [{ id: functionCall.id, name: functionCall.name ?? '', input: functionCall.args }],
    );
    const usage = chunks.at(-1)?.usageMetadata;
    return {
      text: parts.map(({ text = '', thought }) => (thought === true ? '' : text)).join(''),
      calls: this.calls,
      finish: chunks.map((chunk) => chunk.candidates?.[0]?.finishReason).find((reason) => reason !== undefined) ?? '',
      inputTokens: usage?.promptTokenCount,
      outputTokens: usage?.candidatesTokenCount,
      pieces,
    };
  }
}

function partsOf({ candidates }: GenerateContentResponse): readonly Part[] {
  return candidates?.[0]?.content?.parts ?? [];
}
