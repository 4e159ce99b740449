import type { Clock } from '#kernel';
import { AnthropicAdapter } from '../anthropic/anthropic.adapter.js';
import { AzureOpenAiAdapter } from '../azure/azure-openai.adapter.js';
import { BedrockAdapter } from '../bedrock/bedrock.adapter.js';
import { GeminiApiAdapter } from '../gemini-api/gemini-api.adapter.js';
import { OpenAiCompatibleAdapter } from '../openai-compatible/openai-compatible.adapter.js';
import type { ProviderAdapter } from '../spec/provider-adapter.js';
import { VertexAdapter } from '../vertex/vertex.adapter.js';

/** Every adapter that comes with the gateway. */
export function createShippedAdapters({ clock }: { readonly clock: Clock }): readonly ProviderAdapter[] {
  return [
    new OpenAiCompatibleAdapter(),
    new AnthropicAdapter(),
    new AzureOpenAiAdapter({ clock }),
    new GeminiApiAdapter(),
    new VertexAdapter({ clock }),
    new BedrockAdapter({ clock }),
  ];
}
