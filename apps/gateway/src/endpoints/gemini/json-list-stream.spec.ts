import { geminiInbound, openAiChatProvider, type ModelEvent } from '#providers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTranslatedCall } from '../../generation/translated-call.js';
import { anyCuts, cutAt } from '../../relay/testing/chunks.js';
import { ANSWER_CONTEXT, streamPieces, streamedDialect } from '../../relay/testing/dialects.js';
import type { UpstreamCall } from '../../relay/upstream-call.js';
import { asJsonList } from './json-list-stream.js';

const ANSWER: readonly ModelEvent[] = [
  { kind: 'answer-start', id: 'a1', model: 'm' },
  { kind: 'text-start', part: 0 },
  { kind: 'text-delta', part: 0, text: 'Grüße [ ' },
  { kind: 'text-delta', part: 0, text: '👋 ] ,\n' },
  { kind: 'text-end', part: 0 },
  { kind: 'finish', finish: { reason: 'stop' } },
];

const gemini = streamedDialect('gemini');
const chat = streamedDialect('openai-chat');
const STRAIGHT = asJsonList(gemini.straightCall);
const TRANSLATED = asJsonList(
  createTranslatedCall({
    inbound: geminiInbound,
    provider: openAiChatProvider,
    body: Buffer.from('{}'),
    streams: true,
    context: ANSWER_CONTEXT,
    createWriter: () => geminiInbound.createStreamWriter(ANSWER_CONTEXT),
  }),
);

/** The list that comes of these chunks, and what ends it when it cannot be completed. */
function list(call: UpstreamCall, chunks: readonly Buffer[]): { text: string; failed: string } {
  let text = '';
  const stream = call.createStream((bytes) => void (text += bytes.toString()), 'sse');
  for (const chunk of chunks) stream.push(chunk);
  stream.end();
  return { text, failed: stream.failure({ kind: 'server', status: 502, message: 'gone' }) };
}

describe.each([
  ['that goes through unchanged', STRAIGHT, streamPieces(gemini, ANSWER)],
  ['that is translated', TRANSLATED, streamPieces(chat, ANSWER)],
] as const)('a stream %s', (_, call, pieces) => {
  const whole = pieces.join('');

  it('is one JSON list with an element for each event', () => {
    const { text } = list(call, [Buffer.from(whole)]);
    const elements = JSON.parse(text) as { candidates: { content: { parts: { text: string }[] } }[] }[];
    const words = elements.flatMap(({ candidates }) => candidates[0]?.content.parts.map((part) => part.text) ?? []);
    expect(words.join('')).toBe('Grüße [ 👋 ] ,\n');
    expect(call.streamContentType).toBe('application/json; charset=utf-8');
  });

  it('is the same list at whatever bytes it was cut', () => {
    const atOnce = list(call, [Buffer.from(whole)]);
    fc.assert(fc.property(anyCuts, (cuts) => void expect(list(call, cutAt(whole, cuts))).toEqual(atOnce)));
  });

  it('that breaks off parses as nothing, with and without its error', () => {
    for (let count = 0; count < pieces.length - 2; count += 1) {
      const { text, failed } = list(call, [Buffer.from(pieces.slice(0, count).join(''))]);
      for (const broken of [text, text + failed])
        expect(() => JSON.parse(broken) as unknown, broken).toThrow(SyntaxError);
      // Its elements are whole nevertheless, and the error is the last one.
      const elements = JSON.parse(`${text}${failed}]`) as object[];
      expect(elements.at(-1)).toMatchObject({ error: { message: 'gone' } });
    }
  });

  it('is never gone on with by another candidate', () => {
    expect(asJsonList({ ...call, resumable: () => true }).resumable?.()).toBe(false);
  });
});

describe('an answer in one piece', () => {
  const CHAT_ANSWER = JSON.stringify({
    id: 'c1',
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Grüße' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2 },
  });

  it('is a list as well where a stream was asked for', () => {
    const answer = TRANSLATED.readAnswer(Buffer.from(CHAT_ANSWER));
    expect(answer).toMatchObject({ whole: true, contentType: 'application/json; charset=utf-8' });
    const elements = JSON.parse(answer.body.toString()) as object[];
    expect(JSON.stringify(elements)).toContain('Grüße');
    expect(elements.at(-1)).toHaveProperty('candidates.0.finishReason', 'STOP');
  });

  it('of a provider that speaks the dialect stays as it came', () => {
    const body = Buffer.from('{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}]}');
    expect(STRAIGHT.readAnswer(body).body).toBe(body);
  });

  it('that is none is not made one', () => {
    expect(TRANSLATED.readAnswer(Buffer.from('{"choices":'))).toMatchObject({ whole: false });
  });
});
