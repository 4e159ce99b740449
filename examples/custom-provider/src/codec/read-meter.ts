import { asCount, asObject, type Json, type Usage } from 'ai-gateway-providers';

/** Reads Acme's `meter`. Its counts are disjoint already: what came from the cache is not in `fresh_in`. */
export function readMeter(value: Json | undefined): Usage | undefined {
  const meter = asObject(value);
  if (meter === undefined) return undefined;
  return {
    inputTokens: asCount(meter['fresh_in']),
    outputTokens: asCount(meter['out']),
    cacheReadTokens: asCount(meter['cached_in']),
    cacheWriteTokens: undefined,
    cacheWrite1hTokens: undefined,
    reasoningTokens: undefined,
    inputAudioTokens: undefined,
    outputAudioTokens: undefined,
  };
}
