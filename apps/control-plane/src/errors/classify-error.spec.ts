import { HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { apiError } from './api-error.js';
import { classifyError } from './classify-error.js';
import { ERROR_CATALOGUE } from './error-catalogue.js';
import { renderError } from './render-error.js';

function withProperties(message: string, properties: object): Error {
  return Object.assign(new Error(message), properties);
}

describe('classifyError', () => {
  it.each([
    [apiError('conflict'), 'conflict', 409],
    [new NotFoundException(), 'not_found', 404],
    [new HttpException('x', 405), 'method_not_allowed', 405],
    [new HttpException('x', 422), 'bad_request', 400],
    [withProperties('too large', { statusCode: 413 }), 'payload_too_large', 413],
    [withProperties('refused', { code: 'ECONNREFUSED' }), 'database_unavailable', 503],
    [withProperties('shutting down', { code: '57P01' }), 'database_unavailable', 503],
    [withProperties('cancelled by timeout', { code: '57014' }), 'database_unavailable', 503],
    [new Error('timeout exceeded when trying to connect'), 'database_unavailable', 503],
    [new AggregateError([withProperties('refused', { code: 'ECONNREFUSED' })]), 'database_unavailable', 503],
    [withProperties('unique violation', { code: '23505' }), 'internal_error', 500],
    [new TypeError('x is not a function'), 'internal_error', 500],
    ['a string', 'internal_error', 500],
  ])('takes %s for %s', (thrown, code, status) => {
    expect(classifyError(thrown)).toMatchObject({ code, status });
  });

  it('shows nothing of an unexpected error to the client', () => {
    const { body } = renderError(classifyError(new Error('password=hunter2')));
    expect(body).not.toContain('hunter2');
  });
});

describe('renderError', () => {
  it('writes the envelope, escaped and with its code in a header', () => {
    const rendered = renderError(apiError('validation_error', { message: '<b> & more', meta: { target: 'body' } }));
    expect(rendered.headers).toMatchObject({
      'content-type': 'application/json',
      'x-langwatch-handled-error': 'validation_error',
    });
    expect(rendered.body).toBe(
      '{"error":{"type":"validation_error","code":"validation_error","message":"\\u003cb\\u003e \\u0026 more",' +
        '"meta":{"target":"body"},"fault":"customer"}}\n',
    );
  });

  it('leaves empty meta out and says when to retry', () => {
    const rendered = renderError(apiError('database_unavailable'));
    expect(rendered.body).not.toContain('meta');
    expect(rendered.headers['retry-after']).toBe('1');
  });

  it('has a sentence for people in every entry', () => {
    for (const { message } of Object.values(ERROR_CATALOGUE)) expect(message).toMatch(/^\S.*\.$/);
  });
});
