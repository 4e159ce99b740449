import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Stack } from '../support/stack.js';
import { CLAUDE_CODE } from './assistant-package.js';
import { runAssistant } from './assistant-process.js';
import { CLAUDE_CODE_MODEL, claudeCodeCommand } from './claude-code.js';
import { expectServed } from './expect-served.js';
import { INSTALL_TIMEOUT_MS, installAssistant } from './install-assistant.js';
import { messagesComplaints } from './messages-grammar.js';
import { scriptRounds } from './rounds.js';
import { Scene } from './scene.js';
import { SERVING_PROVIDERS, type ServingProvider } from './serving-providers.js';
import { readStreamEvents } from './stream-events.js';

const { anthropic, openAiChat, chatServer, responsesAlone, gemini, bedrock } = SERVING_PROVIDERS;
const DONE = 'Both files are written – ça y est. ✅';
const ROUNDS = 4;

let stack: Stack;
let executable: string;
beforeAll(async () => {
  executable = await installAssistant(CLAUDE_CODE);
}, INSTALL_TIMEOUT_MS);
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

describe('Claude Code', () => {
  it.each<[string, ServingProvider]>([
    ['Anthropic, in its own words', { ...anthropic, isStraight: true }],
    ['a chat server', chatServer],
    ['OpenAI', openAiChat],
    ['a model of Responses alone', responsesAlone],
    ['Gemini', gemini],
    ['Bedrock', bedrock],
  ])('loads a tool, runs a command, writes a file and says so, answered by %s', async (_name, provider) => {
    await using scene = await Scene.set(stack, provider, CLAUDE_CODE_MODEL);
    const written = path.join(scene.work, 'written.txt');
    await scriptRounds(stack.upstream, [
      { tool: 'ToolSearch', input: { query: 'select:WebFetch' } },
      { tool: 'Bash', input: { command: 'printf "by the shell" > shell.txt', description: 'Write a file' } },
      { tool: 'Write', input: { file_path: written, content: 'ä “quote”\n' } },
      { text: DONE },
    ]);

    const run = await runAssistant(claudeCodeCommand(executable, scene, 'Write the two files.'));

    expect(run.exitCode, run.output).toBe(0);
    expect(run.events.at(-1)).toMatchObject({ type: 'result', is_error: false, num_turns: ROUNDS, result: DONE });
    expect(await readFile(path.join(scene.work, 'shell.txt'), 'utf8')).toBe('by the shell');
    expect(await readFile(written, 'utf8')).toBe('ä “quote”\n');
    expect(scene.questions.map(({ url, status }) => `${url} ${status}`)).toEqual(
      Array.from({ length: ROUNDS }, () => '/v1/messages?beta=true 200'),
    );
    for (const exchange of scene.questions) expect(messagesComplaints(readStreamEvents(exchange))).toEqual([]);
    const [first, second, , last] = (await stack.upstream.requests()).map(({ body }) => body.toString());
    expect([first, second].map((body) => body?.includes('"name":"WebFetch"'))).toEqual([false, true]);
    expect(['by the shell', 'ä “quote”'].map((text) => last?.includes(text))).toEqual([true, true]);
    await expectServed(stack.upstream, scene, ROUNDS);
    expect(scene.proxy.destinations).toEqual([]);
  });
});
