import { expect, it } from 'vitest';
import { UnsupportedFieldError } from '../spec/loss-report.js';
import { isUnsupportedField } from './unsupported-field.js';

it('knows a refused field by what it is, also from another copy of the library', () => {
  class Copy extends Error {
    override readonly name = 'UnsupportedFieldError';
    readonly field = 'tools';
    readonly reason = 'it calls none';
  }
  expect(isUnsupportedField(new UnsupportedFieldError('tools', 'it calls none'))).toBe(true);
  expect(isUnsupportedField(new Copy())).toBe(true);
  expect(isUnsupportedField(new Error('tools'))).toBe(false);
  expect(isUnsupportedField(Object.assign(new Error('x'), { name: 'UnsupportedFieldError' }))).toBe(false);
  expect(isUnsupportedField('tools')).toBe(false);
});
