import { bundleClaimsSchema, configPayloadSchema, createBundle } from '#gateway-protocol';
import { describe, expect, it } from 'vitest';
import { ModelLabel } from './model-label.js';

const bundle = createBundle(
  bundleClaimsSchema.parse({ vk_id: 'vk_1', org_id: 'org_1', exp: 1 }),
  configPayloadSchema.parse({ vk_id: 'vk_1', models_allowed: ['vouched'] }),
);

describe('ModelLabel', () => {
  it('keeps the number of label values bounded, whatever clients ask for', () => {
    const label = new ModelLabel();
    const values = new Set(Array.from({ length: 1_000 }, (_, index) => label.of(`model-${index}`, bundle)));
    expect(values.size).toBe(101);
    expect(label.of('model-5', bundle)).toBe('model-5');
    expect(label.of('model-999', bundle)).toBe('other');
    expect(label.of('vouched', bundle)).toBe('vouched');
  });

  it('names what is missing and shortens nothing into a lie', () => {
    const label = new ModelLabel();
    expect(label.of(undefined, undefined)).toBe('unknown');
    expect(label.of('m'.repeat(1_000), bundle)).toBe('other');
  });
});
