import { asObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { CacheMark } from '../../spec/part.js';

/**
 * The cache mark of a content part, tool or message: Anthropic's `cache_control`, which many gateways take on chat, or
 * OpenAI's `prompt_cache_breakpoint`. Undefined when there is none.
 *
 * OpenAI's lives are longer than the hub's. Its default becomes the default of others; its longest becomes the longest.
 */
export function readCacheMark(holder: JsonObject): CacheMark | undefined {
  const control = asObject(holder['cache_control']);
  if (control?.['type'] === 'ephemeral') return control['ttl'] === '1h' ? '1h' : '5m';
  const breakpoint = asObject(holder['prompt_cache_breakpoint']);
  if (breakpoint?.['mode'] === 'explicit') return breakpoint['ttl'] === '12h' ? '1h' : '5m';
  return undefined;
}
