import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from './error-catalogue.js';
import { GatewayError } from './gateway-error.js';
import { renderOpenAiError } from './openai-error.js';

const page = readFileSync('docs/errors.md', 'utf8');

describe('docs/errors.md', () => {
  it('has a heading with the right status for every code of the catalogue', () => {
    for (const [code, { status }] of Object.entries(ERROR_CATALOGUE)) {
      expect(page, code).toContain(`\n### \`${code}\` (${status})\n`);
    }
  });

  it('describes no code that the gateway does not have', () => {
    const described = [...page.matchAll(/^### `([a-z_]+)`/gm)].map((match) => match[1]);
    expect([...described].sort()).toEqual(Object.keys(ERROR_CATALOGUE).sort());
  });
});

describe('renderOpenAiError', () => {
  it('leaves out what has no value', () => {
    const error: unknown = JSON.parse(renderOpenAiError(new GatewayError('not_found'), undefined));
    expect(error).toEqual({
      error: { type: 'not_found', code: 'not_found', message: 'There is no such endpoint.', fault: 'customer' },
    });
  });

  it('carries facts, next steps and trace ids, but never a cause', () => {
    const cause = new Error('sk-secret');
    const error = new GatewayError('budget_exceeded', { meta: { budget_id: 'b1' }, tips: ['Wait.'], cause });
    const text = renderOpenAiError(error, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
    expect(JSON.parse(text)).toMatchObject({
      error: { meta: { budget_id: 'b1' }, tips: ['Wait.'], trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) },
    });
    expect(text).not.toContain('secret');
  });
});
