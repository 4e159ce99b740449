import type { JsonObject } from '../../spec/json.js';
import type { ModelRequest } from '../../spec/model-request.js';

/** What a writer is asked to carry, and the words that must then stand in what it writes. */
export interface SampleRequest {
  readonly what: string;
  readonly request: ModelRequest;
  readonly words: readonly string[];
}

/** One transparent pixel, as PNG. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const SCHEMA: JsonObject = {
  type: 'object',
  properties: { barometer: { type: 'number' } },
  required: ['barometer'],
  additionalProperties: false,
};

const EMPTY: ModelRequest = { streams: false, messages: [], tools: [], parameters: {}, unknownNames: [] };

/** One request for each thing that clients most rely on. */
export const SAMPLE_REQUESTS: readonly SampleRequest[] = [
  {
    what: 'text',
    words: ['be brief, zephyr', 'how warm is it, "quoted" and ümlaut'],
    request: {
      ...EMPTY,
      messages: [
        { role: 'system', parts: [{ kind: 'text', text: 'be brief, zephyr' }] },
        { role: 'user', parts: [{ kind: 'text', text: 'how warm is it, "quoted" and ümlaut' }] },
      ],
      parameters: { maxOutputTokens: 64 },
    },
  },
  {
    what: 'tools with their calls and results',
    words: ['read_barometer', 'barometer', 'Nice', '1013 hPa'],
    request: {
      ...EMPTY,
      messages: [
        { role: 'user', parts: [{ kind: 'text', text: 'pressure?' }] },
        {
          role: 'assistant',
          parts: [{ kind: 'tool-call', callId: 'call_1', name: 'read_barometer', argumentsText: '{"city":"Nice"}' }],
        },
        {
          role: 'tool',
          parts: [
            {
              kind: 'tool-result',
              callId: 'call_1',
              name: 'read_barometer',
              content: [{ kind: 'text', text: '1013 hPa' }],
            },
          ],
        },
      ],
      tools: [{ kind: 'function', name: 'read_barometer', description: 'Reads it.', parameters: SCHEMA }],
      parameters: { maxOutputTokens: 64 },
    },
  },
  {
    what: 'an image',
    words: ['what is it', PIXEL],
    request: {
      ...EMPTY,
      messages: [
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'what is it' },
            { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64: PIXEL } },
          ],
        },
      ],
      parameters: { maxOutputTokens: 64 },
    },
  },
  {
    what: 'structured output',
    words: ['barometer'],
    request: {
      ...EMPTY,
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'as JSON' }] }],
      parameters: {
        maxOutputTokens: 64,
        outputFormat: { kind: 'json-schema', name: 'reading', schema: SCHEMA, strict: true },
      },
    },
  },
];
