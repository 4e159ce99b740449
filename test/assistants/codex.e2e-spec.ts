import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Stack } from '../support/stack.js';
import { CODEX } from './assistant-package.js';
import { runAssistant } from './assistant-process.js';
import { codexCommand, CODEX_MODEL, type CodexSignIn } from './codex.js';
import { expectServed } from './expect-served.js';
import { INSTALL_TIMEOUT_MS, installAssistant } from './install-assistant.js';
import { responsesComplaints } from './responses-grammar.js';
import { scriptRounds, usageOfRound, type Round } from './rounds.js';
import { Scene } from './scene.js';
import { SERVING_PROVIDERS, type ServingProvider } from './serving-providers.js';
import { readStreamEvents } from './stream-events.js';

const { anthropic, openAi, chatServer, gemini, bedrock } = SERVING_PROVIDERS;
const STRAIGHT: ServingProvider = { ...openAi, isStraight: true };
const DONE = 'The files are written – ça y est. ✅';
const PATCH = '*** Begin Patch\n*** Add File: patch.txt\n+ä “quote”\n*** End Patch';
const SHELL_ROUND: Round = { tool: 'exec_command', input: { cmd: 'printf "by the shell" > shell.txt' } };

let stack: Stack;
let executable: string;
beforeAll(async () => {
  executable = await installAssistant(CODEX);
}, INSTALL_TIMEOUT_MS);
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

/** Has Codex work in a scene, and checks what all of its runs have in common. */
async function work(scene: Scene, signIn: CodexSignIn, rounds: readonly Round[]): Promise<void> {
  await scriptRounds(stack.upstream, rounds);

  const run = await runAssistant(await codexCommand(executable, scene, 'Write the files.', signIn));

  expect(run.exitCode, run.output).toBe(0);
  expect(run.events.at(-2), run.output).toMatchObject({ item: { type: 'agent_message', text: DONE } });
  const usage = rounds.map((_, index) => usageOfRound(index));
  const input_tokens = usage.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
  const output_tokens = usage.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  expect(run.events.at(-1)).toMatchObject({ type: 'turn.completed', usage: { input_tokens, output_tokens } });
  expect(await readFile(path.join(scene.work, 'shell.txt'), 'utf8')).toBe('by the shell');
  expect(scene.questions.map(({ url, status }) => `${url} ${status}`)).toEqual(rounds.map(() => '/v1/responses 200'));
  for (const exchange of scene.questions) expect(responsesComplaints(readStreamEvents(exchange))).toEqual([]);
  await expectServed(stack.upstream, scene, rounds.length);
}

describe('Codex', () => {
  it('runs a command and says so, answered by OpenAI in its own words', async () => {
    await using scene = await Scene.set(stack, STRAIGHT, CODEX_MODEL);

    await work(scene, 'key', [SHELL_ROUND, { text: DONE }]);

    expect(scene.questions.map(({ contentEncoding }) => contentEncoding)).toEqual([undefined, undefined]);
    expect(scene.proxy.destinations).toEqual([]);
  });

  it.each<[string, ServingProvider]>([
    ['OpenAI', STRAIGHT],
    ['Anthropic', anthropic],
  ])('may compress its requests with zstd, as it does for an account, answered by %s', async (_name, provider) => {
    await using scene = await Scene.set(stack, provider, CODEX_MODEL);

    await work(scene, 'account', [SHELL_ROUND, { text: DONE }]);

    expect(scene.questions.map(({ contentEncoding }) => contentEncoding)).toEqual(['zstd', 'zstd']);
    expect(scene.proxy.destinations).toEqual([]);
  });

  it.each<[string, ServingProvider]>([
    ['Anthropic', anthropic],
    ['a chat server', chatServer],
    ['Gemini', gemini],
    ['Bedrock', bedrock],
  ])('searches for tools, runs a command, patches and says so, answered by %s', async (_name, provider) => {
    await using scene = await Scene.set(stack, provider, CODEX_MODEL);

    await work(scene, 'key', [
      { tool: 'tool_search', input: { query: 'calendar' } },
      SHELL_ROUND,
      { tool: 'apply_patch', input: { input: PATCH } },
      { text: DONE },
    ]);

    expect(await readFile(path.join(scene.work, 'patch.txt'), 'utf8')).toBe('ä “quote”\n');
    const last = (await stack.upstream.requests()).at(-1)?.body.toString() ?? '';
    expect(['calendar', 'by the shell', '*** End Patch'].map((text) => last.includes(text))).toEqual([
      true,
      true,
      true,
    ]);
    expect(scene.proxy.destinations).toEqual([]);
  });
});
