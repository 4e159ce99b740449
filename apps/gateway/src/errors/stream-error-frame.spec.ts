import { readSseFrame, type ModelError } from '#providers';
import { describe, expect, it } from 'vitest';
import { modelErrorOf } from './model-error.js';
import { streamErrorFrame } from './stream-error-frame.js';

const ERROR = modelErrorOf('upstream_mid_stream_failure', 'It stopped.\nHalf way.');

function frames(dialect: Parameters<typeof streamErrorFrame>[0], error: ModelError = ERROR): readonly unknown[] {
  const text = streamErrorFrame(dialect, error);
  expect(text).toMatch(/\n\n$/);
  return text
    .split(/(?<=\n\n)/)
    .filter((frame) => frame !== '')
    .map((frame) => {
      const read = readSseFrame(Buffer.from(frame));
      return { event: read?.event, data: JSON.parse(read?.data ?? '') as unknown };
    });
}

describe('the last event of a stream that cannot be completed', () => {
  const code = 'upstream_mid_stream_failure';
  const message = 'It stopped.\nHalf way.';

  it.each(['openai-chat', 'openai-completions'] as const)('is one that OpenAI’s SDKs raise (%s)', (dialect) => {
    expect(frames(dialect)).toEqual([
      { event: 'error', data: { type: 'error', error: { type: code, code, message } } },
    ]);
  });

  it('is one for OpenAI’s SDKs and one for Codex in a stream of responses', () => {
    expect(frames('openai-responses')).toMatchObject([
      { event: 'error', data: { type: 'error', code, message } },
      {
        event: 'response.failed',
        data: { type: 'response.failed', response: { status: 'failed', error: { code, message } } },
      },
    ]);
  });

  it('is Anthropic’s error event', () => {
    expect(frames('anthropic-messages')).toMatchObject([
      { event: 'error', data: { type: 'error', error: { type: 'api_error', message } } },
    ]);
  });

  it('is Google’s status, without a name', () => {
    expect(frames('gemini')).toEqual([
      { event: undefined, data: { error: expect.objectContaining({ code: 502, message }) as unknown } },
    ]);
  });

  it('is there also for a vendor’s error without a code', () => {
    const bare: ModelError = { kind: 'overloaded', status: 503, message: 'busy' };
    for (const dialect of ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const) {
      expect(JSON.stringify(frames(dialect, bare))).toContain('busy');
    }
  });
});
