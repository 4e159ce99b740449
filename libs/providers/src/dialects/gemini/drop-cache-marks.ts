import type { LossReport } from '../../spec/loss-report.js';
import type { CacheMark } from '../../spec/part.js';

/** Reports cache marks of parts, messages or tools: Gemini has no place for them. */
export function dropCacheMarks(marked: readonly { readonly cacheMark?: CacheMark }[], losses: LossReport): void {
  if (marked.some(({ cacheMark }) => cacheMark !== undefined)) {
    losses.drop('cache_control', 'Gemini caches by itself, or by "cached_content"');
  }
}
