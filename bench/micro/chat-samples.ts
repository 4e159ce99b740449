import { BENCH_MODEL } from '../load/scenarios.js';

/** A chat request of exactly `byteCount` bytes (at least 200), with its model in front, as SDKs write it. */
export function chatRequestOf(byteCount: number, stream: boolean): Buffer {
  const withText = (text: string): Buffer =>
    Buffer.from(
      JSON.stringify({
        model: BENCH_MODEL,
        messages: [{ role: 'user', content: text }],
        temperature: 0.2,
        ...(stream ? { stream: true } : {}),
      }),
    );
  const sentence = 'Escapes such as "quotes" and\nline ends are part of real prompts. ';
  let text = '';
  while (withText(text + sentence).length <= byteCount) text += sentence;
  return withText(text.padEnd(text.length + byteCount - withText(text).length, 'x'));
}

/** The events of a chat stream with `chunkCount` pieces of text, its finish, its usage and `[DONE]`. */
export function chatStreamOf(chunkCount: number): Buffer[] {
  const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_700_000_000, model: BENCH_MODEL };
  const deltas = Array.from({ length: chunkCount }, (_, index) => ({
    ...head,
    choices: [{ index: 0, delta: { content: `word ${index} ` }, finish_reason: null }],
  }));
  const finish = { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  const usage = {
    ...head,
    choices: [],
    usage: { prompt_tokens: 9, completion_tokens: chunkCount, total_tokens: chunkCount + 9 },
  };
  const payloads = [...deltas, finish, usage].map((chunk) => JSON.stringify(chunk));
  return [...payloads, '[DONE]'].map((payload) => Buffer.from(`data: ${payload}\n\n`));
}
