import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  mergeConfig,
  unsupportedConfigFields,
  virtualKeyConfigRequestSchema,
  virtualKeyConfigSchema,
} from './virtual-key-config.js';

const request = (input: unknown) => virtualKeyConfigRequestSchema.parse(input);

describe('virtual key config', () => {
  it('a key without configuration has every default written out', () => {
    expect(mergeConfig(undefined, request({}))).toEqual({
      modelsAllowed: null,
      providersAllowed: null,
      modelAliases: {},
      fallback: { maxAttempts: 3 },
      rateLimits: { rpm: null, rpd: null },
      cache: { mode: 'respect' },
      onRevoke: 'finish',
      strictTranslation: false,
      metadata: { label: null, tags: [] },
    });
  });

  it('snake_case names mean the same, and names of aliases are left alone', () => {
    const written = request({
      models_allowed: ['gpt-*'],
      model_aliases: { my_fast_one: 'openai/x' },
      rate_limits: { rpm: 5 },
    });
    expect(mergeConfig(undefined, written)).toMatchObject({
      modelsAllowed: ['gpt-*'],
      modelAliases: { my_fast_one: 'openai/x' },
      rateLimits: { rpm: 5, rpd: null },
    });
  });

  it('a patch merges deep, replaces lists, and clears with null', () => {
    const stored = mergeConfig(
      undefined,
      request({
        modelsAllowed: ['a', 'b'],
        modelAliases: { one: 'a', two: 'b' },
        rateLimits: { rpm: 60, rpd: 1000 },
        metadata: { label: 'x', tags: ['t'] },
      }),
    );
    const patched = mergeConfig(
      stored,
      request({ modelsAllowed: ['c'], modelAliases: { one: null, three: 'c' }, rateLimits: { rpm: null } }),
    );
    expect(patched).toEqual({
      ...stored,
      modelsAllowed: ['c'],
      modelAliases: { two: 'b', three: 'c' },
      rateLimits: { rpm: null, rpd: 1000 },
    });
  });

  it('an empty patch changes nothing, whatever is stored', () => {
    const stored = fc.record({
      modelsAllowed: fc.option(fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 5 })),
      modelAliases: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.constant('m')),
      rateLimits: fc.record({ rpm: fc.option(fc.integer({ min: 1, max: 1000 })) }),
    });
    fc.assert(
      fc.property(stored, (input) => {
        const config = virtualKeyConfigSchema.parse(input);
        expect(mergeConfig(config, request({}))).toEqual(config);
      }),
    );
  });

  it('an empty allow list is refused, because a gateway would read it as "everything"', () => {
    expect(virtualKeyConfigRequestSchema.safeParse({ modelsAllowed: [] }).success).toBe(false);
    expect(virtualKeyConfigRequestSchema.safeParse({ providersAllowed: [] }).success).toBe(false);
  });

  it('an unknown field is refused, not dropped', () => {
    expect(virtualKeyConfigRequestSchema.safeParse({ modelAllowed: ['x'] }).success).toBe(false);
    expect(virtualKeyConfigRequestSchema.safeParse({ rateLimits: { rps: 1 } }).success).toBe(false);
  });

  it('blank and duplicate tags are dropped', () => {
    expect(mergeConfig(undefined, request({ metadata: { tags: [' a ', '', 'a', 'b'] } })).metadata.tags).toEqual([
      'a',
      'b',
    ]);
  });

  it('names each field that is not enforced yet, and none that merely repeats a default', () => {
    expect(
      unsupportedConfigFields(
        request({
          rateLimits: { tpm: 1 },
          cache: { mode: 'force', ttlS: 60 },
          guardrailAttachments: [{ direction: 'pre', guardrailIds: ['g'] }],
          realtime: { maxOpenSessions: 2 },
        }),
      ),
    ).toEqual([
      'config.rateLimits.tpm',
      'config.cache.mode',
      'config.cache.ttlS',
      'config.guardrailAttachments',
      'config.realtime.maxOpenSessions',
    ]);
    expect(
      unsupportedConfigFields(
        request({ rateLimits: { tpm: null }, cache: { mode: 'respect' }, guardrailAttachments: [], realtime: null }),
      ),
    ).toEqual([]);
  });

  it('deep nesting is refused and does not exhaust the stack', () => {
    let deep: Record<string, unknown> = {};
    for (let depth = 0; depth < 100_000; depth += 1) deep = { rate_limits: deep };
    expect(virtualKeyConfigRequestSchema.safeParse(deep).success).toBe(false);
  });
});
