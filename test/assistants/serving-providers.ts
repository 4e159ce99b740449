import { SECRETS } from '../support/stack.js';

/** A provider that an assistant is answered by. */
export interface ServingProvider {
  /** Its vendor. */
  readonly type: string;
  /** The model that it is asked for. */
  readonly model: string;
  /** A part of the address where it is asked. */
  readonly route: string;
  /** It speaks the assistant's own language. Default: it does not. */
  readonly isStraight?: true;
  /** How it is reached, given the scripted provider's URL. Default: by that base URL, with a key. */
  readonly settings?: (url: string) => object;
}

/** Each by the name of what it stands for. */
export const SERVING_PROVIDERS = {
  anthropic: { type: 'anthropic', model: 'claude-sonnet-4-5', route: '/v1/messages' },
  openAi: { type: 'openai', model: 'gpt-5.5', route: '/v1/responses' },
  openAiChat: { type: 'openai', model: 'gpt-5.1', route: '/v1/chat/completions' },
  /** Any server with an OpenAI-compatible interface. */
  chatServer: { type: 'custom', model: 'our-model', route: '/chat/completions' },
  /** A model that is served by the Responses API and by no other. */
  responsesAlone: {
    type: 'azure',
    model: 'gpt-5.1-codex',
    route: '/openai/v1/responses',
    settings: (url) => ({ credentials: { endpoint: url, api_key: SECRETS.providerKey } }),
  },
  gemini: { type: 'gemini', model: 'gemini-3-pro-preview', route: ':streamGenerateContent' },
  /** Amazon's own model, which speaks Converse. */
  bedrock: {
    type: 'bedrock',
    model: 'amazon.nova-pro-v1:0',
    route: '/converse-stream',
    settings: (url) => ({
      base_url: url,
      credentials: { access_key: 'key', secret_key: SECRETS.providerKey, region: 'us-east-1' },
    }),
  },
} satisfies Readonly<Record<string, ServingProvider>>;
