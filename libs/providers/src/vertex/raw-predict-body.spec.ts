import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRawCountBody, toRawPredictBody } from './raw-predict-body.js';

const predict = (text: string): string => toRawPredictBody(Buffer.from(text)).toString();
const VERSION = '"anthropic_version":"vertex-2023-10-16"';

describe('toRawPredictBody', () => {
  it.each([
    ['{"model":"claude-x","max_tokens":1.0}', `{${VERSION},"max_tokens":1.0}`],
    ['{"a":1, "model" : "claude-x" , "b":2}', `{"a":1, ${VERSION} , "b":2}`],
    ['{"model":"claude-x"}', `{${VERSION}}`],
    ['{"a":1}', `{${VERSION},"a":1}`],
    ['{}', `{${VERSION}}`],
    ['{"model":"m","anthropic_version":"vertex-2030-01-01"}', '{"anthropic_version":"vertex-2030-01-01"}'],
    ['{"anthropic_version":"v","model":"m"}', '{"anthropic_version":"v"}'],
    ['{"anthropic_version":"v"}', '{"anthropic_version":"v"}'],
    ['{"metadata":{"model":"kept"},"model":"m"}', `{"metadata":{"model":"kept"},${VERSION}}`],
  ])('makes of %s %s', (body, expected) => {
    expect(predict(body)).toBe(expected);
  });

  it('changes nothing else, whatever else there is', () => {
    const others = fc.dictionary(
      fc.string().filter((name) => name !== 'model' && name !== 'anthropic_version'),
      fc.jsonValue(),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(others, fc.boolean(), fc.boolean(), (rest, hasModel, hasVersion) => {
        const body = JSON.stringify({
          ...(hasModel ? { model: 'm' } : {}),
          ...rest,
          ...(hasVersion ? { anthropic_version: 'mine' } : {}),
        });
        const expected = { ...rest, anthropic_version: hasVersion ? 'mine' : 'vertex-2023-10-16' };
        expect(JSON.parse(predict(body))).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });
});

describe('toRawCountBody', () => {
  it.each([
    ['{"model":"claude-x-20250101","messages":[]}', `{${VERSION},"model":"claude-x@20250101","messages":[]}`],
    ['{"messages":[],"anthropic_version":"v"}', '{"model":"claude-x@20250101","messages":[],"anthropic_version":"v"}'],
  ])('makes of %s %s', (body, expected) => {
    expect(toRawCountBody(Buffer.from(body), 'claude-x@20250101').toString()).toBe(expected);
  });
});
