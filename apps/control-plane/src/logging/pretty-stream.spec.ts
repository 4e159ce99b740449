import { describe, expect, it } from 'vitest';
import { prettyLine } from './pretty-stream.js';

describe('prettyLine', () => {
  it('shows time, level, message and fields on one line', () => {
    const line = JSON.stringify({
      level: 40,
      time: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
      pid: 1,
      hostname: 'h',
      msg: 'm',
      a: 1,
    });
    expect(prettyLine(line)).toBe('03:04:05.006 WARN m {"a":1}\n');
  });

  it('leaves out what is not there', () => {
    expect(prettyLine(JSON.stringify({ level: 30, time: 0 }))).toBe('00:00:00.000 INFO \n');
  });
});
