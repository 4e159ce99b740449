import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHAOS_SUBJECTS } from './chaos-options.js';
import { describeMs, describeTable, replaceMeasured } from './report.js';

describe('the table of a report', () => {
  it('is Markdown whose columns line up', () => {
    expect(describeTable(['fault', 'failed', 'note'], [['none', '0', 'baseline']])).toBe(
      ['| fault | failed | note     |', '| ----- | -----: | -------- |', '| none  |      0 | baseline |'].join('\n'),
    );
  });

  it('shows times as precisely as they matter', () => {
    expect([1.234, 9.96, 12.6, NaN].map(describeMs)).toEqual(['1.2', '10.0', '13', '-']);
  });
});

describe('what was measured', () => {
  it('takes the place of what was measured before, and of nothing else', () => {
    const page = 'a\n<!-- measured: flood -->\nold\n<!-- end: flood -->\nz\n';
    const once = replaceMeasured(page, 'flood', 'new');
    expect(once).toBe('a\n<!-- measured: flood -->\nnew\n<!-- end: flood -->\nz\n');
    expect(replaceMeasured(once, 'flood', 'new')).toBe(once);
  });

  it('is refused where the page has no place for it', () => {
    expect(() => replaceMeasured('<!-- end: flood --><!-- measured: flood -->', 'flood', 'new')).toThrow('no markers');
  });

  it('has its place for every subject on the page on failure modes', () => {
    const page = readFileSync('docs/operations/failure-modes.md', 'utf8');
    for (const subject of CHAOS_SUBJECTS) expect(replaceMeasured(page, subject, 'new')).toContain('\nnew\n');
  });
});
