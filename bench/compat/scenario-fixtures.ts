import type { ToolSchema } from './clients/sdk-client.js';

/** The system prompt of the dialogues that have one. */
export const SYSTEM = 'You answer in one sentence.';

/** The tool that the scripted model calls. */
export const WEATHER_TOOL = {
  name: 'get_weather',
  description: 'The weather in a city.',
  schema: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
    required: ['city', 'unit'],
    additionalProperties: false,
  } satisfies ToolSchema,
};

/** A schema with one of everything that all vendors take. */
export const REPORT_SCHEMA: ToolSchema = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    count: { type: 'integer' },
    open: { type: 'boolean' },
    kind: { type: 'string', enum: ['a', 'b'] },
    tags: { type: 'array', items: { type: 'string' } },
    author: {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    },
  },
  required: ['title', 'count', 'open', 'kind', 'tags', 'author'],
  additionalProperties: false,
};

/** What the scripted model writes into the texts of an answer. */
export const REPORT_WORD = 'text';

/** What the scripted model makes of {@link REPORT_SCHEMA}, with `word` for every text. */
export function reportOf(word: string): object {
  return { title: word, count: 1, open: true, kind: 'a', tags: [word], author: { name: word } };
}

/** A picture of one pixel, as PNG in base64. */
export const IMAGE_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** What the scripted model says of {@link IMAGE_PNG}. */
export const IMAGE_DESCRIBED = 'I received image/png of 70 bytes.';

/** What the scripted model counts a picture for. */
export const IMAGE_TOKENS = 85;
