import { SseFramer } from '../../../transport/sse-framer.js';
import { readSseFrame } from '../../../transport/sse-frame.js';
import type { AnswerContext, StreamReader, WriteContext } from '../../../spec/codec.js';
import type { Json, JsonObject } from '../../../spec/json.js';
import type { ModelCapabilities } from '../../../spec/model-capabilities.js';
import type { ModelEvent } from '../../../spec/model-event.js';
import type { ModelRequest } from '../../../spec/model-request.js';

/** A context to write a request in, and the fields that its losses name. */
export function aWriteContext(
  capabilities: Partial<ModelCapabilities> = {},
  model = 'claude-test',
): { readonly context: WriteContext; readonly lost: string[] } {
  const lost: string[] = [];
  const context: WriteContext = {
    model,
    stateFamily: 'anthropic',
    capabilities: { ...UNKNOWN, ...capabilities },
    losses: { drop: (field) => void lost.push(field) },
  };
  return { context, lost };
}

/** A request that says nothing but what is given. */
export function aRequest(members: Partial<ModelRequest> = {}): ModelRequest {
  return {
    streams: false,
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
    tools: [],
    parameters: {},
    unknownNames: [],
    ...members,
  };
}

/** A context to write an answer in. */
export function anAnswerContext(members: Partial<AnswerContext> = {}): AnswerContext {
  return {
    fallbackId: 'abc',
    model: 'asked-for',
    createdAtSeconds: 1_700_000_000,
    request: aRequest(),
    reportsStreamUsage: false,
    dropped: [],
    ...members,
  };
}

/** What a reader makes of a stream, however it was cut. */
export function readChunks(reader: StreamReader, chunks: readonly Buffer[]): readonly ModelEvent[] {
  const events: ModelEvent[] = [];
  const framer = new SseFramer({
    onEvent: (bytes) => {
      const frame = readSseFrame(bytes);
      if (frame !== undefined) events.push(...reader.read(frame));
      return 'withhold';
    },
    onBytes: () => {},
  });
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return [...events, ...reader.end()];
}

/** A server-sent event of Anthropic's. */
export function sse(type: string, members: JsonObject = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

/** The data of each event of a stream. */
export function dataOf(stream: string): JsonObject[] {
  return stream
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [name, data] = event.split('\n');
      const fields = JSON.parse(data?.slice('data: '.length) ?? '') as Record<string, Json>;
      if (name !== `event: ${String(fields['type'])}`)
        throw new Error(`the event is not named after its type: ${event}`);
      return fields;
    });
}

const UNKNOWN: ModelCapabilities = {
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
