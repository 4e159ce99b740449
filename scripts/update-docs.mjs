import { readFileSync, writeFileSync } from 'node:fs';
import { renderConfigurationTable } from '../dist/apps/gateway/src/config/configuration-page.js';

/** Rewrites the parts of the documentation that repeat the code. Run it after `npm run build`; tests hold it to the code. */
const TABLES = [
  { page: 'docs/configuration.md', heading: '| Variable | Default | Meaning |', render: renderConfigurationTable },
];

for (const { page, heading, render } of TABLES) {
  const text = readFileSync(page, 'utf8');
  const start = text.indexOf(heading);
  const end = text.indexOf('\n\n', start);
  writeFileSync(page, text.slice(0, start) + render() + text.slice(end));
}
