import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SDK_CLIENTS } from './clients/index.js';
import type { SdkClient } from './clients/sdk-client.js';
import { scenariosOf, type Cell, type Outcome } from './matrix.js';
import { PROVIDER_ROWS, type ProviderRow } from './provider-rows.js';
import { ROOT } from './rig.js';

const PAGE = join(ROOT, 'docs/compatibility.md');

const INTRODUCTION = `# Compatibility

Which official SDK does what with which provider, tried on the whole product: control plane, gateway, and behind it a provider on loopback that checks requests as strictly as its vendor and answers in its vendor's words. This page is made by

    npm run build && npm run compat -- --write

and the tests fail when it says something else than what comes out.

Each cell is tried and its results are checked: the text, the usage in tokens, the arguments of tools, the class of the error.

- **text**, **stream**: a system prompt and a question.
- **tools**: plain and streamed; two calls at once, their results, a further question, one more call and its result.
- **thinking**: tools as above while the model thinks, plain and streamed; what it thought goes back as the SDK gave it, and the providers that insist on their signatures get them.
- **image in**: plain and streamed, a PNG in base64.
- **structured**: plain and streamed, an answer by a JSON Schema.
- **error**: the provider's 400 and 429, plain and streamed, the gateway's 401, and an error in mid-stream; the SDK raises its own class, with the status.
- **abort**: the client leaves in mid-stream, and the provider is cancelled.
- **embeddings**, where the SDK has them: of several texts.

\`works\` means that all of it held; \`works*\` that something was left out of a translated request, as the note tells ([parameters](parameter-mapping.md)). \`refused\` is an answer of the gateway, under the code that stands there ([errors](errors.md)).
`;

/** The page of a whole matrix, with the versions of the SDKs that are installed. */
export async function renderPage(cells: readonly Cell[]): Promise<string> {
  const tables = await Promise.all(
    SDK_CLIENTS.map((client) =>
      renderTable(
        client,
        cells.filter((cell) => cell.client === client),
      ),
    ),
  );
  return [INTRODUCTION, renderProviders(), ...tables].join('\n');
}

/** The page as it is committed; empty when there is none. */
export async function readPage(): Promise<string> {
  return readFile(PAGE, 'utf8').catch(() => '');
}

/** Replaces the page. */
export async function writePage(page: string): Promise<void> {
  await writeFile(PAGE, page);
}

function renderProviders(): string {
  const rows = PROVIDER_ROWS.map(({ title, model, embeddingModel }) => [
    title,
    `\`${model}\``,
    `\`${embeddingModel}\``,
  ]);
  return `## Providers\n\n${table(['Provider', 'Model', 'Model for embeddings'], rows)}\n`;
}

async function renderTable(client: SdkClient, cells: readonly Cell[]): Promise<string> {
  const notes: string[] = [];
  const scenarios = scenariosOf(client);
  const rows = PROVIDER_ROWS.map((row) => [row.title, ...scenarios.map((name) => cellText(cells, row, name, notes))]);
  const versions = await Promise.all(client.packages.map(async (name) => `\`${name}\` ${await versionOf(name)}`));
  const lines = notes.map((note, index) => `${index + 1}. ${note}`);
  return (
    [
      `## ${client.title}`,
      `With ${versions.join(' and ')}.${client.remark === undefined ? '' : ` ${client.remark}`}`,
      table(['Provider', ...scenarios], rows),
      ...(lines.length > 0 ? [lines.join('\n')] : []),
    ].join('\n\n') + '\n'
  );
}

function cellText(cells: readonly Cell[], row: ProviderRow, scenario: string, notes: string[]): string {
  const cell = cells.find((one) => one.row === row && one.scenario === scenario);
  if (cell === undefined) throw new Error(`${scenario} was not tried on ${row.title}`);
  const note = noteOf(cell.outcome);
  if (note === undefined) return wordOf(cell.outcome);
  if (!notes.includes(note)) notes.push(note);
  return `${wordOf(cell.outcome)} (${notes.indexOf(note) + 1})`;
}

function wordOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'works':
      return outcome.dropped.length > 0 ? 'works*' : 'works';
    case 'refused':
      return `refused: \`${outcome.code}\``;
    case 'failed':
      return '**FAILS**';
  }
}

function noteOf(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case 'works':
      return outcome.dropped.length > 0 ? `Left out: ${outcome.dropped.map(code).join(', ')}.` : outcome.remark;
    case 'refused':
      // The error and the abort are asked for by the model's name.
      return outcome.message.replaceAll(/-fault-[a-z0-9-]+/g, '');
    case 'failed':
      return outcome.problem.replaceAll(/\s+/g, ' ');
  }
}

function code(name: string): string {
  return `\`${name}\``;
}

async function versionOf(name: string): Promise<string> {
  const manifest = await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
  return String((JSON.parse(manifest) as { version: unknown }).version);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
