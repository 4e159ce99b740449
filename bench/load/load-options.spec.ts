import { describe, expect, it } from 'vitest';
import { parseCoreList } from './cores.js';
import { readLoadOptions } from './load-options.js';

describe('readLoadOptions', () => {
  it('measures both scenarios in five rounds of five seconds, which ends within three minutes', () => {
    const options = readLoadOptions([]);
    expect(options).toMatchObject({ rounds: 5, durationSeconds: 5, connections: 50, profile: false });
    const perScenario = 2 * (options.rounds * options.durationSeconds + options.warmUpSeconds);
    // The gateway's journal takes about two seconds to drain after each of its measurements.
    const drains = (options.rounds + 1) * 2;
    expect(options.scenarios.length * (perScenario + drains)).toBeLessThan(180);
  });

  it('takes what it is told', () => {
    expect(readLoadOptions(['--rounds', '2', '--warm-up=1', '--scenario', 'stream', '--profile'])).toMatchObject({
      rounds: 2,
      warmUpSeconds: 1,
      scenarios: [{ name: 'stream' }],
      profile: true,
    });
  });

  it('passes settings on to the gateway, also those that hold an equals sign or nothing', () => {
    const options = readLoadOptions(['--set', 'LOG_LEVEL=error', '--set', 'A=b=c', '--set', 'EMPTY=']);
    expect(options.gatewaySettings).toEqual({ LOG_LEVEL: 'error', A: 'b=c', EMPTY: '' });
    expect(() => readLoadOptions(['--set', 'nonsense'])).toThrow('NAME=value');
  });

  it.each([['--rounds', '0'], ['--seconds', 'x'], ['--scenario', 'other'], ['--unknown']])(
    'refuses %s %s',
    (...args) => {
      expect(() => readLoadOptions(args)).toThrow(/rounds|seconds|scenario|unknown/i);
    },
  );
});

describe('parseCoreList', () => {
  it('reads single cores and ranges, and nothing into what is no list', () => {
    expect(parseCoreList('0-2,5,7-8')).toEqual([0, 1, 2, 5, 7, 8]);
    expect(parseCoreList('')).toEqual([]);
  });
});
