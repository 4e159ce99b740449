import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreatedKey } from '../support/management-client.js';
import { Stack } from '../support/stack.js';
import { PackedProviders } from './packed-providers.js';

const EXAMPLE = path.resolve(import.meta.dirname, '..', '..', 'examples', 'custom-provider');
const ACME_KEY = 'acme-leaked-key-0123456789';
/** What Acme's stand-in meters for every answer, at the prices that the example declares: nano-dollars. */
const COST_LARGE = 1_000n * 2_000n + 200n * 200n + 500n * 8_000n;
const COST_MINI = 1_200n * 150n + 500n * 600n;
/** A transparent pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const WEATHER = {
  name: 'weather',
  description: 'Tells the weather.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};
const INPUT = { city: 'Nice', note: 'a "quoted" word' };

let packed: PackedProviders;
let example: string;
let acme: ChildProcess;
let stack: Stack;
let key: CreatedKey;
let acmeUrl: string;
let providerId: string;

beforeAll(async () => {
  packed = await PackedProviders.create();
  example = path.join(packed.folder, 'example');
  await cp(EXAMPLE, example, {
    recursive: true,
    filter: (file) => !['node_modules', 'dist', 'package-lock.json'].includes(path.basename(file)),
  });
  await packed.npm(example, ['install']);
  await packed.npm(example, ['run', 'build']);
  acmeUrl = await startAcme();
  const plugins = { LW_GATEWAY_PLUGINS: path.join(example, 'dist', 'index.js') };
  stack = await Stack.start({ gateway: plugins, controlPlane: plugins });
  providerId = await stack.management.createModelProvider({
    name: 'Acme',
    type: 'acme',
    base_url: acmeUrl,
    credentials: { api_key: ACME_KEY, workspace: 'research' },
  });
  key = await stack.addKey({}, [providerId]);
}, 240_000);

afterAll(async () => {
  await stack?.dispose();
  acme?.kill('SIGKILL');
  await packed?.dispose();
});

/** Starts Acme's stand-in as its README says, and answers where it listens. */
async function startAcme(): Promise<string> {
  const child = spawn(process.execPath, ['dist/server/main.js'], {
    cwd: example,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  acme = child;
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const url = /http:\/\/\S+/.exec(line)?.[0];
  if (url === undefined) throw new Error(`Acme does not say where it listens: ${line}`);
  return url;
}

const openai = (): OpenAI => stack.openai(key.secret);
const anthropic = (): Anthropic =>
  new Anthropic({ apiKey: key.secret, baseURL: stack.gateway.url, maxRetries: 0, authToken: null });

describe('the example of a provider of one’s own', () => {
  it('keeps the contract, by its own test command', async () => {
    const output = await packed.npm(example, ['test']);
    expect(output).toMatch(/\bpass \d{2}\b/);
    expect(output).toMatch(/\bfail 0\b/);
  }, 120_000);

  it('answers the OpenAI SDK, and the ledger charges the declared price', async () => {
    const { data, response } = await openai()
      .chat.completions.create({
        model: 'acme/acme-large',
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hello, ümlaut.' },
        ],
        seed: 7,
      })
      .withResponse();
    expect(data).toMatchObject({ object: 'chat.completion', model: 'acme-large' });
    expect(data.choices[0]).toMatchObject({
      message: { content: 'Acme heard: Hello, ümlaut.' },
      finish_reason: 'stop',
    });
    expect(data.usage).toMatchObject({ prompt_tokens: 1_200, completion_tokens: 500 });
    expect(response.headers.get('x-langwatch-params-dropped')).toContain('seed');
    const line = await stack.settledLine({ requestId: response.headers.get('x-langwatch-gateway-request-id') ?? '' });
    expect(line).toMatchObject({ model_provider_id: providerId, model: 'acme-large', pricing: 'priced' });
    expect(BigInt(line.cost_nano_usd ?? -1)).toBe(COST_LARGE);
  });

  it('streams to the OpenAI SDK, with tools and their results', async () => {
    const tools = [{ type: 'function' as const, function: WEATHER }];
    const messages = [{ role: 'user' as const, content: 'How warm is it?' }];
    const first = await openai()
      .chat.completions.stream({ model: 'acme-large', messages, tools })
      .finalChatCompletion();
    const message = first.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    expect(first.choices[0]?.finish_reason).toBe('tool_calls');
    expect(message?.content).toBe('One moment.');
    if (call?.type !== 'function' || message === undefined) throw new Error('the model called no function');
    expect(JSON.parse(call.function.arguments)).toEqual(INPUT);
    const second = openai().chat.completions.stream({
      model: 'acme-large',
      messages: [...messages, message, { role: 'tool', tool_call_id: call.id, content: '21 degrees' }],
      tools,
    });
    expect(await second.finalContent()).toBe('Acme was told: 21 degrees');
  });

  it('reads images and holds to a schema', async () => {
    const seen = await openai().chat.completions.create({
      model: 'acme-large',
      messages: [
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } }],
        },
      ],
    });
    expect(seen.choices[0]?.message.content).toBe('Acme saw a picture.');
    const schema = { type: 'object', properties: { degrees: { type: 'number' } }, required: ['degrees'] };
    const structured = await openai().chat.completions.create({
      model: 'acme-large',
      messages: [{ role: 'user', content: 'as JSON' }],
      response_format: { type: 'json_schema', json_schema: { name: 'reading', schema } },
    });
    expect(JSON.parse(structured.choices[0]?.message.content ?? '')).toEqual({ degrees: 21 });
  });

  it('answers the Anthropic SDK, plain and streamed', async () => {
    const asked = { model: 'acme/acme-mini', max_tokens: 64, messages: [{ role: 'user' as const, content: 'Hello.' }] };
    const { data, response } = await anthropic().messages.create(asked).withResponse();
    expect(data).toMatchObject({
      type: 'message',
      content: [{ type: 'text', text: 'Acme heard: Hello.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 1_000, cache_read_input_tokens: 200, output_tokens: 500 },
    });
    expect(await anthropic().messages.stream(asked).finalText()).toBe('Acme heard: Hello.');
    const line = await stack.settledLine({ requestId: response.headers.get('x-langwatch-gateway-request-id') ?? '' });
    expect(BigInt(line.cost_nano_usd ?? -1)).toBe(COST_MINI);
  });

  it('calls tools for the Anthropic SDK in a stream', async () => {
    const { name, description, parameters } = WEATHER;
    const answer = await anthropic()
      .messages.stream({
        model: 'acme-large',
        max_tokens: 64,
        messages: [{ role: 'user', content: 'How warm is it?' }],
        tools: [{ name, description, input_schema: { ...parameters, type: 'object' } }],
      })
      .finalMessage();
    expect(answer.stop_reason).toBe('tool_use');
    expect(answer.content[1]).toMatchObject({ type: 'tool_use', name: 'weather', input: INPUT });
  });

  it('lists the models that it declares, with their abilities', async () => {
    const { data } = await openai().models.list();
    expect(data).toEqual([
      expect.objectContaining({ id: 'acme-large', owned_by: 'acme', context_window: 32_000, supports_tools: true }),
      expect.objectContaining({ id: 'acme-mini', owned_by: 'acme', context_window: 8_000, supports_tools: false }),
    ]);
  });

  it('refuses by name what its codec cannot carry', async () => {
    const refused = openai().chat.completions.create({
      model: 'acme-mini',
      messages: [{ role: 'user', content: 'How warm is it?' }],
      tools: [{ type: 'function', function: WEATHER }],
    });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('this model calls no tools'),
    });
  });

  it('tells its vendor’s errors in the client’s words', async () => {
    const failed = openai().chat.completions.create({
      model: 'acme-large',
      messages: [{ role: 'user', content: 'I have no credit.' }],
    });
    await expect(failed).rejects.toMatchObject({
      status: 402,
      message: expect.stringContaining('Acme says no: no_credit.'),
    });
  });

  it('has its credentials checked and sealed, and never shown', async () => {
    const wrong = { name: 'Acme 2', type: 'acme', credentials: { api_key: 'short' } };
    await expect(stack.management.createModelProvider(wrong)).rejects.toThrow('must be a key of Acme');
    const shown = await stack.management.call('GET', `/model-providers/${providerId}`);
    expect(JSON.stringify(shown)).not.toContain(ACME_KEY);
    expect(stack.gateway.output + stack.controlPlane.output).not.toContain(ACME_KEY);
  });

  it('has a README whose commands exist', async () => {
    const readme = await readFile(path.join(EXAMPLE, 'README.md'), 'utf8');
    const { scripts } = JSON.parse(await readFile(path.join(EXAMPLE, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const named = [...readme.matchAll(/npm (?:run )?(build|test|acme)\b/g)].map(([, name]) => name);
    expect(new Set(named)).toEqual(new Set(Object.keys(scripts)));
  });
});
