import type { AssistantCommand } from './assistant-process.js';
import type { Scene } from './scene.js';

/** The model that Claude Code asks for. */
export const CLAUDE_CODE_MODEL = 'claude-sonnet-4-5';

/** Claude Code without a person, set up for the gateway as `docs/coding-assistants.md` says. */
export function claudeCodeCommand(executable: string, scene: Scene, prompt: string): AssistantCommand {
  return {
    executable,
    folder: scene.work,
    args: [
      '-p',
      prompt,
      '--model',
      CLAUDE_CODE_MODEL,
      '--output-format',
      'stream-json',
      '--verbose',
      '--dangerously-skip-permissions',
    ],
    environment: {
      ...scene.environment,
      ANTHROPIC_BASE_URL: scene.gatewayUrl,
      ANTHROPIC_AUTH_TOKEN: scene.secret,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_ERROR_REPORTING: '1',
      DISABLE_TELEMETRY: '1',
      // It refuses to work without asking for permission as root, which tests in containers often are.
      IS_SANDBOX: '1',
    },
  };
}
