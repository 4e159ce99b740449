/**
 * Which SDK can do what with which provider? Every official SDK against a running gateway, with every provider behind it:
 *
 *   npm run build && npm run compat                    tries every cell and holds the page against what came out
 *   npm run compat -- --write                          writes docs/compatibility.md
 *   npm run compat -- --row Bedrock --client genai     tries a part and prints it
 */
import { SystemClock } from '#kernel';
import { parseArgs } from 'node:util';
import { readPage, renderPage, writePage } from './compatibility-page.js';
import { runMatrix, type Cell } from './matrix.js';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { write: { type: 'boolean' }, row: text, client: text, scenario: text } });
// A signal ends the process at once, and its children with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { row, client, scenario } = values;
const cells = await runMatrix(new SystemClock(), { row, client, scenario });
const failed = cells.flatMap(describeFailure);
for (const line of failed) console.error(`FAILED: ${line}`);
console.log(`${cells.length} cells, ${failed.length} failures.`);
process.exitCode = failed.length > 0 || !(await pageHolds()) ? 1 : 0;

/** Writes the page or compares it; a part of the matrix makes no page. */
async function pageHolds(): Promise<boolean> {
  if (row !== undefined || client !== undefined || scenario !== undefined) {
    for (const cell of cells) console.log(describeCell(cell));
    return true;
  }
  const page = await renderPage(cells);
  if (values.write === true) await writePage(page);
  if ((await readPage()) === page) return true;
  console.error('docs/compatibility.md says something else: run `npm run compat -- --write` and look at what changed.');
  return false;
}

function describeFailure(cell: Cell): readonly string[] {
  return cell.outcome.kind === 'failed' ? [describeCell(cell)] : [];
}

function describeCell({ client, row, scenario, outcome }: Cell): string {
  return `${client.title} → ${row.title}, ${scenario}: ${JSON.stringify(outcome)}`;
}
