import { describe, expect, it } from 'vitest';
import { planStoredResponse } from './plan-stored-response.js';
import { PLANNING, bundleWith, places, policy } from './testing/plan-fixtures.js';

const ROWS = [
  { id: 'groq', type: 'groq' },
  { id: 'us', type: 'openai' },
  { id: 'unknown', type: 'no-such-vendor' },
  { id: 'eu', type: 'openai', labels: ['region:eu'] },
];

function planned(config: Parameters<typeof bundleWith>[1] = {}): readonly string[] | string {
  const plan = planStoredResponse(bundleWith(ROWS, config), PLANNING.adapters);
  return plan.kind === 'refused' ? plan.code : places(plan);
}

describe('a stored response', () => {
  it('is looked for at every provider that stores responses, in order', () => {
    expect(planned()).toEqual(['us/', 'eu/']);
  });

  it('is looked for whatever models the key may use', () => {
    expect(planned({ models_allowed: ['nothing'] })).toEqual(['us/', 'eu/']);
  });

  it('is looked for only where the key may go', () => {
    expect(planned({ providers_allowed: ['eu', 'groq'] })).toEqual(['eu/']);
    expect(planned(policy({ required_labels: ['region:eu'] }))).toEqual(['eu/']);
  });

  it('is refused where nobody stores any', () => {
    expect(planned({ providers_allowed: ['groq'] })).toBe('model_provider_not_bound');
    expect(planned(policy({ required_labels: ['region:ch'] }))).toBe('model_provider_not_bound');
  });
});
