import { describe, expect, it } from 'vitest';
import { admit, confirm, fail } from '../testing/spend-records.js';
import { readDrafts } from './spend-draft.js';

describe('readDrafts', () => {
  it('puts what belongs to one request together, in any order', () => {
    const { drafts, rejected } = readDrafts([confirm('r1'), admit('r2'), admit('r1')]);
    expect(rejected).toEqual([]);
    expect(drafts.map(({ gatewayRequestId, indexes }) => [gatewayRequestId, indexes])).toEqual([
      ['r1', [0, 2]],
      ['r2', [1]],
    ]);
    expect(drafts[0]?.admit?.payload.model).toBe('fast');
    expect(drafts[0]?.outcome?.kind).toBe('confirmed');
    expect(drafts[1]?.outcome).toBeUndefined();
  });

  it('keeps the first of two outcomes', () => {
    expect(readDrafts([fail('r1'), confirm('r1')]).drafts[0]?.outcome?.kind).toBe('failed');
  });

  it('keeps the same id in two projects apart', () => {
    expect(readDrafts([admit('r1', { project_id: 'a' }), admit('r1', { project_id: 'b' })]).drafts).toHaveLength(2);
  });

  it.each([
    ['no object', 7, 'invalid_payload'],
    ['an unknown command', { ...admit('r'), command: 'settleSpend' }, 'invalid_payload'],
    ['no project', admit('r', { project_id: '' }), 'missing_project_id'],
    ['no project at all', admit('r', { project_id: undefined }), 'missing_project_id'],
    ['no model', admit('r', { model: '' }), 'invalid_payload'],
    ['an id that is too long', admit('x'.repeat(257)), 'invalid_payload'],
    ['a fraction of a token', confirm('r', { usage: { input_tokens: 1.5 } }), 'invalid_payload'],
    ['metadata that is no object', admit('r', { metadata: '[]' }), 'invalid_payload'],
    ['a NUL', admit('r', { model: 'a\0b' }), 'invalid_payload'],
    ['a NUL inside of metadata', admit('r', { metadata: String.raw`{"a":"\u0000"}` }), 'invalid_payload'],
    ['half a character', admit('r', { model: '\ud800' }), 'invalid_payload'],
    ['half a character inside of metadata', admit('r', { metadata: String.raw`{"a":"\ud800"}` }), 'invalid_payload'],
  ])('rejects a record with %s, and it alone', (_, record, code) => {
    const { drafts, rejected } = readDrafts([admit('good'), record]);
    expect(drafts.map(({ gatewayRequestId }) => gatewayRequestId)).toEqual(['good']);
    expect(rejected).toEqual([{ index: 1, code }]);
  });

  const explanation = { inbound_dialect: 'openai-chat', strategy: 'fallback', candidates: [], attempts: [] };

  it('keeps how a request was routed with its outcome', () => {
    const [draft] = readDrafts([confirm('r', { explanation })]).drafts;
    expect(draft?.outcome?.payload.explanation).toEqual(explanation);
  });

  it.each([
    ['no object', 7],
    ['null', null],
    ['of another shape', { strategy: 'fallback' }],
    ['too long', { ...explanation, strategy: 'x'.repeat(513) }],
    ['a NUL, which the client can have put there', { ...explanation, dropped: ['a\0b'] }],
    ['half a character', { ...explanation, dropped: ['\ud800'] }],
  ])('takes the money without the explanation when that is %s', (_, bad) => {
    const { drafts, rejected } = readDrafts([confirm('r', { explanation: bad, usage: { input_tokens: 5 } })]);
    expect(rejected).toEqual([]);
    expect(drafts[0]?.outcome?.payload).toMatchObject({ usage: { input_tokens: 5 } });
    expect(drafts[0]?.outcome?.payload.explanation).toBeUndefined();
  });

  it.each([String.raw`{"a":"\\u0000"}`, String.raw`{"a":"\ud83d\ude00"}`, String.raw`{"a":"\\ud800"}`])(
    'accepts metadata %s, which only looks dangerous',
    (metadata) => {
      expect(readDrafts([admit('r', { metadata })]).rejected).toEqual([]);
    },
  );
});
