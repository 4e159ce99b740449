import { describe, expect, it } from 'vitest';
import { differenceOf, readSection, replaceSection, timesSection } from './page.js';

const PAGE = 'before\n<!-- faults:begin --><!-- faults:end -->\nafter\n';

describe('the section on faults', () => {
  it('is read as it was written, and the rest of the page stays', () => {
    const section = { table: '### A\n\n| a |', times: timesSection('1 ms') };
    const page = replaceSection(PAGE, section);
    expect(readSection(page)).toEqual(section);
    expect(replaceSection(page, section)).toBe(page);
    expect(page).toMatch(/^before\n[^]*\nafter\n$/);
  });

  it('is empty while the page has only its markers, and a page without them is refused', () => {
    expect(readSection(PAGE)).toEqual({ table: '', times: '' });
    expect(() => readSection('nothing')).toThrow('no markers');
  });
});

describe('the difference of two tables', () => {
  it('is none when only the widths of columns differ', () => {
    expect(differenceOf('| a   | b |\n| --- | --- |', '| a | b |\n| ---- | - |')).toEqual([]);
  });

  it('shows the lines on both sides', () => {
    expect(differenceOf('same\nold', 'same\nnew')).toEqual(['- old', '+ new']);
  });
});
