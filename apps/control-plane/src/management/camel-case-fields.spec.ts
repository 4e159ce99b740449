import { describe, expect, it } from 'vitest';

import { camelCaseFields } from './camel-case-fields.js';

const rewrite = (input: unknown): unknown =>
  camelCaseFields(input, { depth: 2, dataFields: new Set(['modelAliases']) });

describe('camelCaseFields', () => {
  it('spells names of fields in camelCase, also in lists', () => {
    expect(rewrite({ time_limits: { first_token: 1 }, targets: [{ when_models: ['a_b'] }] })).toEqual({
      timeLimits: { firstToken: 1 },
      targets: [{ whenModels: ['a_b'] }],
    });
  });

  it('leaves keys that are data alone', () => {
    expect(rewrite({ model_aliases: { my_name: 'a_b' } })).toEqual({ modelAliases: { my_name: 'a_b' } });
  });

  it('goes no deeper than fields are nested', () => {
    expect(rewrite({ a_b: { c_d: { e_f: 1 } }, g: [[{ h_i: 1 }]] })).toEqual({
      aB: { cD: { e_f: 1 } },
      g: [[{ h_i: 1 }]],
    });
  });

  it.each([null, 7, 'a_b', undefined])('leaves %j as it is', (input) => {
    expect(rewrite(input)).toBe(input);
  });
});
