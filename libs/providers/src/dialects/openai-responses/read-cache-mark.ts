import { asObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { CacheMark } from '../../spec/part.js';

/** Reads `prompt_cache_breakpoint`: half a day becomes the longest life that the hub knows, half an hour the shortest. */
export function readCacheMark(block: JsonObject): CacheMark | undefined {
  const breakpoint = asObject(block['prompt_cache_breakpoint']);
  if (breakpoint === undefined) return undefined;
  return breakpoint['ttl'] === '12h' ? '1h' : '5m';
}
