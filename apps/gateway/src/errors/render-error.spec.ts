import { APIError as AnthropicError } from '@anthropic-ai/sdk';
import { APIError as OpenAiError } from 'openai';
import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.js';
import { GatewayError } from './gateway-error.js';
import { renderError } from './render-error.js';

const TRACE = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
const CONTEXT = { requestId: 'req_1', trace: TRACE };
const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

function rendered(
  dialect: Parameters<typeof renderError>[0],
  error: GatewayError,
  context = CONTEXT,
): Record<string, unknown> {
  return JSON.parse(renderError(dialect, error, context)) as Record<string, unknown>;
}

const BUDGET = new GatewayError('budget_exceeded', {
  message: 'The budget "team" is used up.',
  meta: { budget_id: 'b1', limit: 5 },
  tips: ['Raise it.'],
  cause: new Error('sk-secret'),
});

describe('one of our own errors', () => {
  it.each(['openai-chat', 'openai-responses', 'openai-completions', 'x-own'] as const)(
    'has OpenAI’s shape for %s',
    (dialect) => {
      expect(rendered(dialect, BUDGET)).toEqual({
        error: {
          type: 'budget_exceeded',
          code: 'budget_exceeded',
          message: 'The budget "team" is used up.',
          meta: { budget_id: 'b1', limit: 5 },
          trace_id: TRACE.traceId,
          span_id: TRACE.spanId,
          tips: ['Raise it.'],
          fault: 'customer',
        },
      });
    },
  );

  it('has Anthropic’s shape for messages', () => {
    expect(rendered('anthropic-messages', BUDGET)).toEqual({
      type: 'error',
      error: {
        type: 'billing_error',
        message: 'The budget "team" is used up.',
        code: 'budget_exceeded',
        meta: { budget_id: 'b1', limit: 5 },
        trace_id: TRACE.traceId,
        span_id: TRACE.spanId,
        tips: ['Raise it.'],
        fault: 'customer',
      },
      request_id: 'req_1',
    });
  });

  it('has Google’s shape for Gemini, with our code as the reason and text only in its metadata', () => {
    const { error } = rendered('gemini', BUDGET) as { error: Record<string, unknown> };
    expect(error).toMatchObject({
      code: 402,
      message: 'The budget "team" is used up.',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'budget_exceeded',
          domain: 'ai-gateway',
          metadata: {
            budget_id: 'b1',
            limit: '5',
            fault: 'customer',
            trace_id: TRACE.traceId,
            request_id: 'req_1',
          },
        },
      ],
    });
    expect(error['status']).toMatch(/^[A-Z_]+$/);
  });

  it.each(['openai-chat', 'anthropic-messages', 'gemini'] as const)(
    'leaves out what has no value, and every cause (%s)',
    (dialect) => {
      const bare = renderError(dialect, new GatewayError('not_found', { cause: new Error('sk-secret') }), {
        requestId: undefined,
        trace: undefined,
      });
      for (const word of ['meta"', 'tips', 'trace_id', 'span_id', '"req_', 'undefined', 'secret']) {
        expect(bare).not.toContain(word);
      }
      expect(renderError(dialect, BUDGET, CONTEXT)).not.toContain('secret');
    },
  );

  it.each(CODES)('%s says its status, sentence and code in every dialect', (code) => {
    const { status, message } = ERROR_CATALOGUE[code];
    const error = new GatewayError(code);
    expect(rendered('openai-chat', error)).toMatchObject({ error: { code, message } });
    expect(rendered('anthropic-messages', error)).toMatchObject({ type: 'error', error: { code, message } });
    expect(rendered('gemini', error)).toMatchObject({
      error: { code: status, message, details: [{ reason: code }] },
    });
  });

  it.each(CODES)('%s is read as what it is by the vendors’ SDKs', (code) => {
    const { status, message } = ERROR_CATALOGUE[code];
    const openAi = OpenAiError.generate(
      status,
      rendered('openai-chat', new GatewayError(code)),
      undefined,
      new Headers(),
    );
    expect(openAi).toMatchObject({ status, code });
    expect(openAi.message).toContain(message);
    const body = rendered('anthropic-messages', new GatewayError(code));
    expect(AnthropicError.generate(status, body, undefined, new Headers())).toMatchObject({ status, error: body });
  });
});
