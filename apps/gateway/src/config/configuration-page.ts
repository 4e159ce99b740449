import { GATEWAY_VARIABLES } from './gateway-variables.js';
import type { Variable } from './variable.js';

/** The table of `docs/configuration.md`, made from the variables themselves so that the two cannot differ. */
export function renderConfigurationTable(): string {
  const rows = Object.values<Variable<unknown>>(GATEWAY_VARIABLES).map(
    ({ name, legacyName, defaultText, about }) =>
      `| \`${name}\`${legacyName === undefined ? '' : ` (or \`${legacyName}\`)`} | ${defaultCell(defaultText)} | ${about} |`,
  );
  return ['| Variable | Default | Meaning |', '|---|---|---|', ...rows].join('\n');
}

function defaultCell(text: string): string {
  if (text === 'required' || text === 'none') return text;
  // The default folder is the machine's own temporary one.
  return `\`${text.replace(/^.*(?=langwatch-gateway-spend-spool$)/, '<tmp>/')}\``;
}
