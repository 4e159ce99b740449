import { z } from 'zod';

const DEPTH_MAX = 8;

const schemaShape = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).min(1).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});

/**
 * The smallest value that fits a JSON schema as tools have them: the required properties only, texts being `text`.
 *
 * What it does not understand becomes null, and nothing is nested deeper than eight levels.
 */
export function sampleArguments(schema: unknown, text: string, depth = 0): unknown {
  const parsed = schemaShape.safeParse(schema ?? { type: 'object' });
  if (!parsed.success || depth > DEPTH_MAX) return null;
  const { type, enum: choices, properties, required } = parsed.data;
  if (choices !== undefined) return choices[0];
  switch (type) {
    case 'object': {
      const entries = (required ?? []).map((name) => [
        name,
        sampleArguments(properties?.[name] ?? {}, text, depth + 1),
      ]);
      return Object.fromEntries(entries);
    }
    case 'string':
      return text;
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    default:
      return null;
  }
}
