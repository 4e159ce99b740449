import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SystemClock } from '#kernel';
import { DemoProvider } from '../src/demo-provider/demo-provider.js';
import { alive, requestOfCurl, RunningCommand, until } from './running-command.js';

const localSchema = z.strictObject({
  gatewayUrl: z.url(),
  controlPlaneUrl: z.url(),
  virtualKey: z.string().startsWith('vk-lw-'),
  adminKey: z.string().startsWith('ak-lw-'),
});
const completionSchema = z.looseObject({
  choices: z.array(z.looseObject({ message: z.looseObject({ content: z.string() }) })).min(1),
  usage: z.looseObject({ total_tokens: z.int().positive() }),
});

let folder: string;
let command: RunningCommand;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'standalone-'));
});

afterAll(async () => {
  await command?.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('the start command', () => {
  let firstKey: string;

  it('comes up on an empty folder with a curl line that works when pasted', async () => {
    command = start();
    await command.untilReady();
    const { url, ...request } = requestOfCurl(command.text);

    const response = await fetch(url, { method: 'POST', ...request });

    const answer = completionSchema.parse(await response.json());
    expect(response.status).toBe(200);
    expect(answer.choices[0]?.message.content).toContain('You said: "Hello"');
    firstKey = (await local()).virtualKey;
    expect(command.text).toContain(firstKey);
    expect(command.text).toContain('Demo (built in');
  });

  it('streams', async () => {
    const { url, headers, body } = requestOfCurl(command.text);
    const streaming = JSON.stringify({ ...z.looseObject({}).parse(JSON.parse(body)), stream: true });

    const response = await fetch(url, { method: 'POST', headers, body: streaming });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const text = await response.text();
    expect(text).toContain('"finish_reason":"stop"');
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('keeps keys and secrets in files that only their owner can read', async () => {
    for (const name of ['local.json', 'secrets.json', 'seed.json']) {
      expect((await stat(path.join(folder, name))).mode & 0o777, name).toBe(0o600);
    }
    const { controlPlaneUrl, adminKey } = await local();
    const response = await fetch(`${controlPlaneUrl}/api/gateway/v1/virtual-keys`, {
      headers: { authorization: `Bearer ${adminKey}` },
    });
    expect(response.status).toBe(200);
  });

  it('ends with Ctrl-C and leaves no process behind', async () => {
    const started = command.descendants();
    expect(started.length).toBeGreaterThan(3);

    expect(await command.end('SIGINT')).toBe(0);

    expect(alive(started)).toEqual([]);
  });

  it('is ready within five seconds the second time, with the same key, which it does not show again', async () => {
    command = start();

    expect(await command.untilReady()).toBeLessThan(onThisMachine(5_000));

    expect((await local()).virtualKey).toBe(firstKey);
    expect(command.text).not.toContain(firstKey);
    const { url, ...request } = requestOfCurl(command.text);
    expect((await fetch(url, { method: 'POST', ...request })).status).toBe(200);
  });

  it('leaves no process behind when it is killed', async () => {
    const started = command.descendants();

    await command.end('SIGKILL');

    await until(() => alive(started).length === 0, 5_000);
  });

  it('starts over with --reset', async () => {
    command = start({}, ['--reset']);
    await command.untilReady();

    const { virtualKey } = await local();

    expect(virtualKey).not.toBe(firstKey);
    expect(command.text).toContain(virtualKey);
    const { url, headers, body } = requestOfCurl(command.text);
    const stale = { ...headers, Authorization: `Bearer ${firstKey}` };
    expect((await fetch(url, { method: 'POST', headers: stale, body })).status).toBe(401);
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
  });

  it('refuses to share its folder with another start', async () => {
    const second = start();
    expect(await second.exitCode()).toBe(1);
    expect(second.text).toMatch(/already uses .*: stop the start that is running there first\./);
    await command.end('SIGTERM');
  });

  it('takes a provider from the environment in place of the demo, and writes its key nowhere', async () => {
    const { provider, baseUrl } = await DemoProvider.listen(0, new SystemClock());
    const apiKey = 'sk-environment-secret-1234';
    command = start({ OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl });
    await command.untilReady();
    const { gatewayUrl, virtualKey } = await local();

    const response = await fetch(`${gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${virtualKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'openai/demo-1', messages: [{ role: 'user', content: 'Hello' }] }),
    });

    expect(response.status).toBe(200);
    expect(command.text).toContain('OpenAI (from OPENAI_API_KEY)');
    await command.end('SIGTERM');
    await provider.close();
    expect(await filesContaining(folder, apiKey)).toEqual([]);
  });
});

describe('a start that cannot work says why in one sentence', () => {
  it('a taken port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? String(address?.port) : '';

    const refused = start({ STANDALONE_GATEWAY_PORT: port });

    expect(await refused.exitCode()).toBe(1);
    expect(refused.text.trim()).toMatch(
      new RegExp(`^Port ${port} is taken by another program: stop that one, or choose another .*$`),
    );
    server.close();
  });

  it('a folder that cannot be written', async () => {
    const file = path.join(folder, 'a-file');
    await writeFile(file, '');

    const refused = start({ STANDALONE_VAR_DIR: path.join(file, 'var') });

    expect(await refused.exitCode()).toBe(1);
    expect(refused.text.trim()).toMatch(/^.* cannot be written \(ENOTDIR\): .*$/);
  });

  it('an unknown argument', async () => {
    const refused = start({}, ['--rest']);
    expect(await refused.exitCode()).toBe(1);
    expect(refused.text.trim()).toBe('Unknown argument in `--rest`: try `npm start -- --help`.');
  });
});

/** A duration of a machine with nothing else to do, on this one: with four processes to a core it takes four times that. */
function onThisMachine(durationMs: number): number {
  const [lastMinute = 0] = loadavg();
  return durationMs * Math.max(1, lastMinute / availableParallelism());
}

function start(environment: Readonly<Record<string, string>> = {}, args: readonly string[] = []): RunningCommand {
  return new RunningCommand({ STANDALONE_VAR_DIR: folder, ...environment }, args);
}

async function local(): Promise<z.output<typeof localSchema>> {
  return localSchema.parse(JSON.parse(await readFile(path.join(folder, 'local.json'), 'utf8')));
}

async function filesContaining(directory: string, text: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map((file) => readFile(file)));
  return files.filter((_, index) => contents[index]?.includes(text));
}
