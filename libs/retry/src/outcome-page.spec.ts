import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outcomePageTable } from './outcome-page.js';
import { OUTCOME_TABLE } from './outcome-table.js';

const page = readFileSync('docs/reliability.md', 'utf8');

describe('docs/reliability.md', () => {
  it('holds the outcome table as the code has it, between its markers (`npm run docs` after a build)', () => {
    const { heading, text } = outcomePageTable();
    expect(page).toContain(`<!-- outcomes:begin -->\n\n${text}\n\n<!-- outcomes:end -->`);
    expect(page.split(heading)).toHaveLength(2);
  });

  it('has a line of five cells for every outcome', () => {
    const lines = outcomePageTable().text.split('\n').slice(2);
    expect(lines.map((line) => line.split('|')[1]?.trim())).toEqual(
      Object.keys(OUTCOME_TABLE).map((kind) => `\`${kind}\``),
    );
    for (const line of lines) expect(line.split('|'), line).toHaveLength(7);
  });
});
