import { z } from 'zod';
import { CONTROL_PLANE_VARIABLES } from './read-config.js';

/** The table of variables in `docs/control-plane.md`, made from their declaration so that the two cannot differ. */
export function renderVariableTable(): string {
  const rows = Object.entries(CONTROL_PLANE_VARIABLES.shape).map(
    ([name, schema]) => `| \`${name}\` | ${defaultOf(schema)} | ${schema.description ?? ''} |`,
  );
  return ['| Variable | Default | Meaning |', '|---|---|---|', ...rows].join('\n');
}

function defaultOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodOptional) return 'none';
  if (!(schema instanceof z.ZodPrefault)) return 'required';
  const text = String(schema.def.defaultValue);
  return text === '' ? 'none' : `\`${text}\``;
}
