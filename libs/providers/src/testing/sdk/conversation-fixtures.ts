/** JSON Schema of a tool's arguments that the scripted model fills in. */
export const CITY_SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  required: ['city', 'unit'],
  additionalProperties: false,
} as const;

/** What the scripted model makes of {@link CITY_SCHEMA}. */
export const CALLED_ARGUMENTS = [
  { city: 'Paris', unit: 'celsius' },
  { city: 'London', unit: 'celsius' },
] as const;

/** A schema with one of everything. */
export const REPORT_SCHEMA = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    count: { type: 'integer' },
    share: { type: 'number' },
    open: { type: 'boolean' },
    kind: { type: 'string', enum: ['a', 'b'] },
    version: { const: 3 },
    tags: { type: 'array', items: { type: 'string' } },
    author: {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
  required: ['title', 'count', 'share', 'open', 'kind', 'version', 'tags', 'author', 'note'],
  additionalProperties: false,
} as const;

/** What the scripted model makes of {@link REPORT_SCHEMA}. */
export const REPORT = {
  title: 'text',
  count: 1,
  share: 1,
  open: true,
  kind: 'a',
  version: 3,
  tags: ['text'],
  author: { name: 'text' },
  note: 'text',
} as const;

/** A PNG of one pixel. */
export const PIXEL_BASE64 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** What the scripted model says of {@link PIXEL_BASE64}. */
export const PIXEL_DESCRIBED = 'I received image/png of 70 bytes.';

/** All that a stream gives. */
export async function collect<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
