import type { ProviderCall } from '../spec/provider-adapter.js';

/**
 * The custom method of a Gemini model that serves a call, with its query, or undefined when none does.
 *
 * @param embedMethod How this platform embeds with the model; undefined when it does not.
 */
export function geminiMethodOf(
  { operation, dialect, streams }: ProviderCall,
  embedMethod: string | undefined,
): string | undefined {
  if (operation === 'embed') return embedMethod;
  if (dialect !== 'gemini') return undefined;
  if (operation === 'count-tokens') return 'countTokens';
  if (operation !== 'generate') return undefined;
  return streams ? 'streamGenerateContent?alt=sse' : 'generateContent';
}
