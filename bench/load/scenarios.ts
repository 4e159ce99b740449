/** The model that the benchmark asks for. */
export const BENCH_MODEL = 'bench-model';

/** Events of text in the streaming scenario; the role, the finish and `[DONE]` come on top. */
export const STREAM_CHUNKS = 20;

/** One kind of request that the load consists of. */
export interface Scenario {
  readonly name: 'plain' | 'stream';
  readonly about: string;
  /** The request body, byte for byte. */
  readonly body: string;
}

const QUESTION = 'Summarize in one sentence what a reverse proxy does and why teams put one before their services. ';

function requestBody(stream: boolean): string {
  return JSON.stringify({
    model: BENCH_MODEL,
    messages: [
      { role: 'system', content: 'You are a concise assistant.' },
      { role: 'user', content: QUESTION.repeat(8) },
    ],
    temperature: 0.2,
    max_tokens: 256,
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  });
}

/** The two scenarios, in the order in which they are measured. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'plain', about: 'JSON answer of about 1 KB', body: requestBody(false) },
  { name: 'stream', about: `SSE answer, ${STREAM_CHUNKS} chunks of text, each its own write`, body: requestBody(true) },
];
