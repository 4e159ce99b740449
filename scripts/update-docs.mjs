import { readFileSync, writeFileSync } from 'node:fs';
import { renderConfigurationTable } from '../dist/apps/gateway/src/config/configuration-page.js';
import { parameterPageTables } from '../dist/libs/providers/src/hub/parameter-page.js';
import { outcomePageTable } from '../dist/libs/retry/src/outcome-page.js';

/** Rewrites the parts of the documentation that repeat the code. Run it after `npm run build`; tests hold it to the code. */
const TABLES = [
  { page: 'docs/configuration.md', heading: '| Variable | Default | Meaning |', text: renderConfigurationTable() },
  ...parameterPageTables().map((table) => ({ page: 'docs/parameter-mapping.md', ...table })),
  { page: 'docs/reliability.md', ...outcomePageTable() },
];

for (const { page, heading, text } of TABLES) {
  const before = readFileSync(page, 'utf8');
  const start = before.indexOf(heading);
  const end = before.indexOf('\n\n', start);
  if (start === -1 || end === -1) throw new Error(`${page} has no table that begins with ${heading}`);
  writeFileSync(page, before.slice(0, start) + text + before.slice(end));
}
