import { z } from 'zod';

/** A JSON Schema (draft 2020-12, the dialect of OpenAPI 3.1). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Named schemas of the document, filled by {@link describeSchema} as it meets them. */
export type SchemaComponents = Map<string, JsonSchema>;

const DEFINITIONS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

/**
 * Writes a schema as JSON Schema: what a client may send (`input`) or what it will read (`output`).
 *
 * Schemas with an id become components. Answers are left open for further fields, because clients must ignore those
 * that they do not know.
 */
export function describeSchema(schema: z.ZodType, io: 'input' | 'output', components: SchemaComponents): JsonSchema {
  const {
    $schema: _,
    $defs,
    ...described
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (io === 'output') delete jsonSchema.additionalProperties;
      // The format says it all; the pattern behind it fills a screen.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  for (const [id, definition] of Object.entries($defs ?? {})) components.set(id, pointToComponents(definition));
  return pointToComponents(described);
}

function pointToComponents(schema: object): JsonSchema {
  const pointed: JsonSchema = JSON.parse(JSON.stringify(schema), (key: string, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace(DEFINITIONS, COMPONENTS) : value,
  );
  return pointed;
}
