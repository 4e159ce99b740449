import { describe, expect, it } from 'vitest';
import { readChaosOptions } from './chaos-options.js';

describe('the options of a chaos run', () => {
  it('default to the faults under 300 requests per second', () => {
    expect(readChaosOptions([])).toEqual({
      subject: 'faults',
      phaseSeconds: 10,
      requestsPerSecond: 300,
      unknownKeysPerSecond: 200,
      floodSeconds: 30,
      revocations: 100,
      bootstrapKeys: 50_000,
      write: false,
    });
  });

  it('choose another subject and its numbers', () => {
    expect(readChaosOptions(['--revocation', '--revocations', '20', '--write'])).toMatchObject({
      subject: 'revocation',
      revocations: 20,
      requestsPerSecond: 100,
      write: true,
    });
  });

  it.each([[['--flood', '--bootstrap']], [['--rate', '0']], [['--rate', 'many']], [['--surprise']]])(
    'are refused with an explanation when they are %j',
    (args) => {
      expect(() => readChaosOptions(args)).toThrow(/./);
    },
  );
});
