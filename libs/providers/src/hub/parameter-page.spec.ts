import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PARAMETER_CONDITIONS } from './parameter-conditions.js';
import { parameterPageTables } from './parameter-page.js';
import type { ParameterRow, Rule } from './parameter-rule.js';
import { PARAMETER_TABLE } from './parameter-table.js';

const page = readFileSync('docs/parameter-mapping.md', 'utf8');
const rows = Object.values<ParameterRow>(PARAMETER_TABLE);
const rules: readonly Rule[] = rows.flatMap(({ cells }) => Object.values(cells).flat());

describe('docs/parameter-mapping.md', () => {
  it('says what the code does (`npm run docs` writes it)', () => {
    for (const { heading, text } of parameterPageTables()) {
      expect(page).toContain(`\n\n${text}\n\n`);
      expect(page.split(heading), heading).toHaveLength(2);
    }
  });
});

describe('the parameter table', () => {
  it('uses every condition that there is', () => {
    const used = new Set(rules.map(({ when }) => when));
    expect(
      Object.keys(PARAMETER_CONDITIONS).filter((name) => !used.has(name as keyof typeof PARAMETER_CONDITIONS)),
    ).toEqual([]);
  });

  it('has no rule behind one that always holds', () => {
    for (const { cells } of rows) {
      for (const cell of Object.values<readonly Rule[]>(cells)) {
        expect(cell.slice(0, -1).every(({ when }) => when !== undefined)).toBe(true);
      }
    }
  });

  it('gives reasons that complete a sentence', () => {
    for (const { reason } of rules) expect(reason).toMatch(/^\S.*[^.!\s]$/);
  });

  it('calls every parameter something in at least one dialect, and two parameters of one dialect never the same', () => {
    const names = rows.flatMap((row) => Object.entries(row.names).map(([column, name]) => `${column} ${name}`));
    expect(rows.every((row) => Object.keys(row.names).length > 0)).toBe(true);
    expect(new Set(names).size).toBe(names.length);
  });
});
