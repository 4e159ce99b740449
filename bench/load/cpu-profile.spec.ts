import { describe, expect, it } from 'vitest';
import { byOrigin, selfTimes } from './cpu-profile.js';

const node = (id: number, functionName: string, url: string, lineNumber = 0) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

/** Samples at 100, 110, 140, 150, 170 and 200 µs; each stands for the time until the next. */
const PROFILE = JSON.stringify({
  startTime: 90,
  nodes: [
    node(1, 'walk', 'file:///x/dist/libs/retry/src/walk.js', 9),
    node(2, 'walk', 'file:///x/dist/libs/retry/src/walk.js', 9),
    node(3, '', 'file:///x/node_modules/a/node_modules/@b/c/index.js'),
    node(4, '(idle)', ''),
    node(5, 'writev', ''),
  ],
  samples: [1, 3, 2, 5, 4, 4],
  timeDeltas: [10, 10, 30, 10, 20, 30],
});
const ALL = { fromMicros: 0, toMicros: 1000 };

describe('selfTimes', () => {
  it('joins what one function took in different stacks, and leaves idle time out of the whole', () => {
    expect(selfTimes(PROFILE, ALL)).toEqual([
      { name: '(anonymous)', place: '@b/c/index.js:1', share: 30 / 70, micros: 30 },
      { name: 'walk', place: 'libs/retry/src/walk.js:10', share: 20 / 70, micros: 20 },
      { name: 'writev', place: '', share: 20 / 70, micros: 20 },
    ]);
  });

  it('counts only samples within the window', () => {
    const times = selfTimes(PROFILE, { fromMicros: 135, toMicros: 155 });
    expect(times.map(({ name, share }) => [name, share])).toEqual([
      ['writev', 20 / 30],
      ['walk', 10 / 30],
    ]);
  });

  it('counts all samples when the window fits none', () => {
    expect(selfTimes(PROFILE, { fromMicros: 5000, toMicros: 6000 })).toEqual(selfTimes(PROFILE, ALL));
  });
});

describe('byOrigin', () => {
  it('sums up by package, by library of ours, and native code', () => {
    expect(byOrigin(selfTimes(PROFILE, ALL)).map(({ name }) => name)).toEqual(['@b/c', 'libs/retry', 'native code']);
  });
});
