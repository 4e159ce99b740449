import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chatRequestSchema } from './chat-request.js';
import { chunksOf, completionOf } from './chat-wire.js';
import { answerOf, countTokens } from './demo-answer.js';

const chunkSchema = z.looseObject({
  choices: z.array(z.looseObject({ delta: z.looseObject({ content: z.string().nullish() }) })),
});
const completionSchema = z.looseObject({
  choices: z.tuple([z.looseObject({ message: z.looseObject({ content: z.string() }) })]),
});

const request = (content: string, maxTokens?: number) =>
  chatRequestSchema.parse({
    model: 'demo-1',
    messages: [{ role: 'user', content }],
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
  });

describe('the demo answer', () => {
  it('streams exactly the text that it answers at once, whatever the question', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.boolean(), (question, includeUsage) => {
        const answer = answerOf(request(question));
        const streamed = [...chunksOf(answer, 0, includeUsage)]
          .flatMap((chunk) => chunkSchema.parse(chunk).choices)
          .map(({ delta }) => delta.content ?? '')
          .join('');
        expect(streamed).toBe(completionSchema.parse(completionOf(answer, 0)).choices[0].message.content);
      }),
    );
  });

  it('counts a word as a token and never passes the limit', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 60 }), (question, maxTokens) => {
        const answer = answerOf(request(question, maxTokens));
        expect(answer.usage.completion_tokens).toBeLessThanOrEqual(maxTokens);
        expect(answer.usage.completion_tokens).toBe(countTokens(answer.words.join('')));
        expect(answer.usage.total_tokens).toBe(countTokens(question) + answer.usage.completion_tokens);
      }),
    );
  });

  it('depends on the last user message alone', () => {
    const alone = answerOf(request('same'));
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'same' }] },
    ];
    const after = answerOf(chatRequestSchema.parse({ model: 'demo-1', messages }));
    expect(after.words).toEqual(alone.words);
  });
});
