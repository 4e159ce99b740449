import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../spec/json.js';
import { Call } from './call.js';
import { Complaint } from './complaint.js';
import { endpointsOf } from './endpoints.js';
import { ResponseStore } from './openai/response-store.js';

const find = endpointsOf(new ResponseStore());

const PATHS: readonly (readonly [method: string, path: string])[] = [
  ['POST', '/v1/chat/completions'],
  ['POST', '/openai/deployments/d/chat/completions'],
  ['POST', '/v1/completions'],
  ['POST', '/v1/embeddings'],
  ['POST', '/v1/responses'],
  ['GET', '/v1/responses/resp_1'],
  ['DELETE', '/v1/responses/resp_1'],
  ['POST', '/v1/responses/resp_1/cancel'],
  ['GET', '/v1/responses/resp_1/input_items'],
  ['POST', '/v1/messages'],
  ['POST', '/v1/messages/count_tokens'],
  ['POST', '/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict'],
  ['POST', '/v1/projects/p/locations/l/publishers/anthropic/models/m:streamRawPredict'],
  ['POST', '/v1/projects/p/locations/l/publishers/anthropic/models/count-tokens:rawPredict'],
  ['POST', '/v1beta/models/m:generateContent'],
  ['POST', '/v1beta/models/m:streamGenerateContent'],
  ['POST', '/v1beta/models/m:countTokens'],
  ['POST', '/v1beta/models/m:embedContent'],
  ['POST', '/v1beta/models/m:batchEmbedContents'],
  ['POST', '/v1/projects/p/locations/l/publishers/google/models/m:predict'],
  ['POST', '/model/m/converse'],
  ['POST', '/model/m/converse-stream'],
  ['POST', '/model/m/invoke'],
];

const tool = { name: 'f', parameters: { type: 'object', properties: { a: { type: 'string' } } } };
const png = 'iVBORw0KGgo=';

const CLAUDE_PROMPT = {
  messages: [
    { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }] },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: [{ type: 'text', text: 'x' }] }] },
  ],
  tools: [{ name: 'f', input_schema: tool.parameters }],
  thinking: { type: 'adaptive' },
} as const;

/** For each path a body that is taken; what is changed in it goes deep. The first that fits counts. */
const BODIES: readonly (readonly [path: RegExp, body: JsonObject])[] = [
  [
    /chat/,
    {
      model: 'm',
      messages: [
        { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }] },
        { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'c', content: 'x' },
      ],
      tools: [{ type: 'function', function: tool }],
      response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema: { type: 'string' } } },
    },
  ],
  [/completions/, { model: 'm', prompt: ['a'], stop: ['b'] }],
  [/embeddings/, { model: 'm', input: ['a'] }],
  [
    /responses/,
    {
      model: 'm',
      input: [
        { role: 'user', content: [{ type: 'input_image', image_url: 'https://example.com' }] },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'x' }] },
      ],
      tools: [{ type: 'function', ...tool }],
      text: { format: { type: 'json_schema', name: 'n', schema: { type: 'string' } } },
    },
  ],
  [/models\/count-tokens/, { model: 'm', messages: CLAUDE_PROMPT.messages }],
  [/rawPredict/i, { ...CLAUDE_PROMPT, max_tokens: 9, anthropic_version: 'vertex-2023-10-16' }],
  [/count_tokens/, { ...CLAUDE_PROMPT, model: 'm' }],
  [/messages/, { ...CLAUDE_PROMPT, model: 'm', max_tokens: 9 }],
  [
    /generateContent|countTokens/i,
    {
      contents: [
        { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: png } }] },
        { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'x' } } }] },
      ],
      tools: [{ functionDeclarations: [tool] }],
      generationConfig: { responseMimeType: 'application/json', responseSchema: { type: 'STRING' } },
    },
  ],
  [/:embedContent/, { content: { parts: [{ text: 'a' }] }, outputDimensionality: 3 }],
  [/:batchEmbedContents/, { requests: [{ model: 'models/m', content: { parts: [{ text: 'a' }] } }] }],
  [/:predict/, { instances: [{ content: 'a' }], parameters: { outputDimensionality: 3 } }],
  [
    /converse/,
    {
      messages: [
        { role: 'user', content: [{ image: { format: 'png', source: { bytes: png } } }] },
        { role: 'assistant', content: [{ toolUse: { toolUseId: 'c', name: 'f', input: {} } }] },
        { role: 'user', content: [{ toolResult: { toolUseId: 'c', content: [{ json: { a: 1 } }] } }] },
      ],
      toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: tool.parameters } } }] },
      additionalModelRequestFields: { thinking: { type: 'adaptive' } },
    },
  ],
  [/invoke/, { inputText: 'a', dimensions: 256 }],
];

/** A value in place of one that stands somewhere in a body. */
function withReplacement(body: JsonObject, at: number, replacement: unknown): string {
  let count = 0;
  return JSON.stringify(body, (_name, value: unknown) => {
    count += 1;
    return count === at ? replacement : value;
  });
}

const replacement = fc.oneof(
  fc.constant(undefined),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('user', 'assistant', 'text', 'auto', 'f', 'c', '__proto__'),
);

describe('the endpoints', () => {
  it.each(PATHS)('%s %s is served, below any base path', (method, path) => {
    const endpoint = find(method, path);
    expect(endpoint).toBeDefined();
    expect(find(method, `/some/base${path}`)).toBe(endpoint);
    expect(find('PUT', path)).toBeUndefined();
  });

  it.each(PATHS.filter(([, path]) => !path.includes('resp_1')))('%s %s takes a right body', (method, path) => {
    expect(() => serve(method, path, JSON.stringify(bodyFor(path)))).not.toThrow();
  });

  it.each(PATHS)('%s %s refuses whatever it cannot take in its own words, and never breaks', (method, path) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), replacement, (at, value) => {
        try {
          serve(method, path, withReplacement(bodyFor(path), at, value) ?? '');
        } catch (error) {
          expect(error).toBeInstanceOf(Complaint);
        }
      }),
      { numRuns: 150 },
    );
  });
});

function bodyFor(path: string): JsonObject {
  return BODIES.find(([pattern]) => pattern.test(path))?.[1] ?? {};
}

/** Reads a call to its end, as the fake upstream does before it answers. */
function serve(method: string, path: string, body: string): void {
  const endpoint = find(method, path);
  if (endpoint === undefined) throw new Error(`${path} is not served`);
  const headers = { 'anthropic-version': '2023-06-01' };
  const call = new Call(method, path, new URLSearchParams('api-version=1'), headers, Buffer.from(body));
  if (endpoint.kind === 'model') endpoint.wire.read(endpoint.wire.question(call));
  else endpoint.document(call);
}
