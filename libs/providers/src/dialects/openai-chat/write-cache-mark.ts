import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { CacheMark } from '../../spec/part.js';

/**
 * Writes a cache mark for a provider that serves Claude over chat, which take Anthropic's own; for any other it is
 * lost, because they cache by themselves or not at all. Undefined when there is nothing to write.
 */
export function writeCacheMark(mark: CacheMark | undefined, context: WriteContext): JsonObject | undefined {
  if (mark === undefined) return undefined;
  if (context.stateFamily === 'anthropic') return { type: 'ephemeral', ...(mark === '1h' ? { ttl: mark } : {}) };
  context.losses.drop('cache_control', 'the provider takes no cache marks');
  return undefined;
}
