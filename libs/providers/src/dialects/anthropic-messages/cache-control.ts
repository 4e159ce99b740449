import { asObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { CacheMark } from '../../spec/part.js';

/** The cache mark of a block or tool; undefined when it has none. Without `ttl` a mark holds for five minutes. */
export function readCacheMark(block: JsonObject): { readonly cacheMark?: CacheMark } {
  const mark = asObject(block['cache_control']);
  return mark === undefined ? {} : { cacheMark: mark['ttl'] === '1h' ? '1h' : '5m' };
}

/** The `cache_control` of what carries a mark, to be spread into its block. */
export function writeCacheMark({ cacheMark }: { readonly cacheMark?: CacheMark }): JsonObject {
  if (cacheMark === undefined) return {};
  return { cache_control: cacheMark === '1h' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' } };
}
