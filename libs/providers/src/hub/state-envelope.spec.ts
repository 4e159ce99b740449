import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProviderState, StateFamily } from '../spec/provider-state.js';
import { readState, writeState } from './state-envelope.js';

const family = fc.constantFrom<StateFamily>('openai', 'anthropic', 'gemini', 'x-acme');
const text = fc.string({ unit: 'binary' });
const state: fc.Arbitrary<ProviderState> = fc.record(
  { family, data: text, id: text, redacted: fc.boolean() },
  { requiredKeys: ['family', 'data'] },
);

describe('a state in the place of another family', () => {
  it('comes back whole, with letters that every vendor leaves alone', () => {
    fc.assert(
      fc.property(state, family, (given, native) => {
        fc.pre(given.family !== native);
        const written = writeState(given, native);
        expect(written).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(readState(written, native)).toEqual(given);
      }),
    );
  });

  it('is written as it is in a place of its own family', () => {
    expect(writeState({ family: 'anthropic', data: 'EqQB', id: 'rs_1' }, 'anthropic')).toBe('EqQB');
    expect(readState('EqQB', 'anthropic')).toEqual({ family: 'anthropic', data: 'EqQB' });
  });

  it('is a native state when it only looks like an envelope', () => {
    const broken = [
      'lwgw1_',
      'lwgw1_!!!',
      `lwgw1_${Buffer.from('{"data":"x"}').toString('base64url')}`,
      'lwgw1_bnVsbA',
    ];
    for (const data of broken) expect(readState(data, 'gemini')).toEqual({ family: 'gemini', data });
  });

  it('never throws, whatever a client sends back', () => {
    fc.assert(
      fc.property(text, (sent) => {
        expect(readState(sent, 'openai').data).toBeTypeOf('string');
        expect(readState(`lwgw1_${sent}`, 'openai').data).toBeTypeOf('string');
      }),
    );
  });
});
