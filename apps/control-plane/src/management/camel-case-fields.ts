/** What {@link camelCaseFields} may rewrite. */
export interface CamelCaseOptions {
  /** How deep fields are nested; the object itself is the first level. Lists do not count. */
  readonly depth: number;
  /** Fields whose value has keys that are data, not names of fields; they stay as they came. */
  readonly dataFields: ReadonlySet<string>;
}

/**
 * Spells the names of fields in camelCase, so that a request may use either spelling. What is no object stays as it is.
 *
 * It goes no deeper than fields are nested, whatever a request nests.
 */
export function camelCaseFields(input: unknown, options: CamelCaseOptions): unknown {
  const { depth, dataFields } = options;
  if (Array.isArray(input))
    return input.map((item: unknown) => (Array.isArray(item) ? item : camelCaseFields(item, options)));
  if (depth === 0 || !isPlainObject(input)) return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const field = camelCase(name);
      return [field, dataFields.has(field) ? value : camelCaseFields(value, { depth: depth - 1, dataFields })];
    }),
  );
}

/** Whether a value is an object that is no list. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
