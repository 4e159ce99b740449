/** A coding assistant as it comes from the npm registry, at one exact version. */
export interface AssistantPackage {
  /** As people call it. */
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** Where its program is once it is installed, as a glob: the platform's own package is one of several. */
  readonly executable: string;
}

/** Anthropic's Claude Code. */
export const CLAUDE_CODE: AssistantPackage = {
  name: 'Claude Code',
  package: '@anthropic-ai/claude-code',
  version: '2.1.332',
  executable: 'node_modules/@anthropic-ai/claude-code-*/claude',
};

/** OpenAI's Codex. */
export const CODEX: AssistantPackage = {
  name: 'Codex',
  package: '@openai/codex',
  version: '0.171.0',
  executable: 'node_modules/@openai/codex-*/vendor/*/bin/codex',
};
