import type { Dialect } from '../spec/dialect.js';
import type { ProviderCall } from '../spec/provider-adapter.js';

/** A part of OpenAI's API that vendors copy. */
export type OpenAiInterface = 'chat' | 'responses' | 'completions' | 'embeddings' | 'models';

/** The path of each interface behind the prefix that its version is. */
export const OPENAI_PATHS: Readonly<Record<OpenAiInterface, string>> = {
  chat: '/chat/completions',
  responses: '/responses',
  completions: '/completions',
  embeddings: '/embeddings',
  models: '/models',
};

/** The interface that serves a call, or undefined when OpenAI has none for it. */
export function openAiInterfaceOf({ operation, dialect }: ProviderCall): OpenAiInterface | undefined {
  switch (operation) {
    case 'generate':
      return interfaceOfDialect(dialect);
    case 'embed':
      return 'embeddings';
    case 'list-models':
      return 'models';
    case 'stored-response':
      return 'responses';
    case 'count-tokens':
      return undefined;
  }
}

function interfaceOfDialect(dialect: Dialect): OpenAiInterface | undefined {
  switch (dialect) {
    case 'openai-chat':
      return 'chat';
    case 'openai-responses':
      return 'responses';
    case 'openai-completions':
      return 'completions';
    default:
      return undefined;
  }
}
