import { describe, expect, it } from 'vitest';
import { FIXED_SENTENCE } from '../../libs/providers/src/testing/index.js';
import type { ClientAnswer } from './ask.js';
import { speechOf } from './client-dialects.js';
import { judge } from './judge.js';
import type { ClientDialect } from './pairings.js';

type Event = object | '[DONE]';

function stream(dialect: ClientDialect, events: readonly Event[], end: ClientAnswer['end'] = 'whole'): string {
  const body = events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
  const answer = { status: 200, headers, body: Buffer.from(body.join('')), end, durationMs: 1 };
  return judge(answer, speechOf(dialect).reader).words;
}

const text = (content: string): object => ({ choices: [{ index: 0, delta: { content } }] });
const stop = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
const failed = { type: 'error', error: { message: 'The fake upstream is overloaded.' } };

/** A beginning of an answer, its end, and an error, as each dialect has them. */
const DIALECTS: readonly (readonly [ClientDialect, (said: string) => object, readonly Event[], object])[] = [
  ['chat', text, [stop, '[DONE]'], failed],
  [
    'responses',
    (delta) => ({ type: 'response.output_text.delta', delta }),
    [{ type: 'response.completed', response: { status: 'completed' } }],
    { type: 'error', message: 'The fake upstream is overloaded.' },
  ],
  [
    'messages',
    (said) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text: said } }),
    [{ type: 'message_delta', delta: { stop_reason: 'end_turn' } }, { type: 'message_stop' }],
    failed,
  ],
  [
    'gemini',
    (said) => ({ candidates: [{ content: { parts: [{ text: said }] } }] }),
    [{ candidates: [{ finishReason: 'STOP' }] }],
    { error: { message: 'The fake upstream is overloaded.' } },
  ],
];

describe.each(DIALECTS)('what a client of %s saw', (dialect, say, end, error) => {
  it('is whole only when all was said and it was told that it is over', () => {
    const half = FIXED_SENTENCE.slice(0, 20);
    expect(stream(dialect, [say(FIXED_SENTENCE), ...end])).toBe('whole');
    expect(stream(dialect, [say(FIXED_SENTENCE)])).toBe('**A PART THAT LOOKS WHOLE**');
    expect(stream(dialect, [say(half)])).toBe('**A PART THAT LOOKS WHOLE**');
    expect(stream(dialect, [say(half), ...end])).toMatch(/^\*\*ANOTHER TEXT/);
    expect(stream(dialect, [...end])).toBe('an answer that holds nothing, and says so');
  });

  it('is an error only when that was the last thing, and no end came before it', () => {
    expect(stream(dialect, [say('a'), error])).toBe('a part, then the provider’s own error event');
    expect(stream(dialect, [error])).toBe('the provider’s own error event');
    expect(stream(dialect, [say('a'), error, say('b')])).toBe('**EVENTS AFTER THE LAST**');
    expect(stream(dialect, [say('a'), error, ...end])).toBe('**EVENTS AFTER THE LAST**');
    expect(stream(dialect, [say('a'), ...end, error])).toMatch(/^\*\*/);
  });

  it('is wrong when the connection broke or nothing came any more, whatever was said', () => {
    expect(stream(dialect, [say(FIXED_SENTENCE), ...end], 'broken')).toBe('**BROKEN CONNECTION**');
    expect(stream(dialect, [say(FIXED_SENTENCE), ...end], 'silent')).toBe('**NO END**');
  });
});

describe('a status', () => {
  const answer = { status: 502, headers: {}, body: Buffer.from('<html>'), end: 'whole', durationMs: 1 } as const;

  it('is ours with our code, and the provider’s without', () => {
    const headers = { 'x-langwatch-handled-error': 'provider_error' };
    expect(judge({ ...answer, headers }, speechOf('chat').reader).words).toBe('502 `provider_error`');
    expect(judge(answer, speechOf('chat').reader).words).toBe('502, the provider’s bytes');
  });
});
