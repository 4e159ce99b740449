import type { JsonObject } from '../../spec/json.js';
import type { LossReport } from '../../spec/loss-report.js';
import type { CacheMark } from '../../spec/part.js';
import type { ModelTraits } from './model-traits.js';

/** Writes cache marks as the blocks that Converse has for them. */
export class CachePoints {
  constructor(
    private readonly traits: ModelTraits,
    private readonly losses: LossReport,
  ) {}

  /** Puts a cache point behind the blocks of a message or of the system prompt, if `mark` asks for one. */
  markMessages(blocks: JsonObject[], mark: CacheMark | undefined): void {
    this.mark(blocks, mark, this.traits.caching !== 'none');
  }

  /** Puts a cache point behind tools, if `mark` asks for one. */
  markTools(tools: JsonObject[], mark: CacheMark | undefined): void {
    this.mark(tools, mark, this.traits.caching === 'messages-and-tools');
  }

  private mark(blocks: JsonObject[], mark: CacheMark | undefined, possible: boolean): void {
    if (mark === undefined) return;
    if (!possible) {
      this.losses.drop('cache_control', 'the model has no prompt cache there');
      return;
    }
    // Bedrock refuses a point with nothing in front of it.
    const last = blocks.at(-1);
    if (last === undefined || 'cachePoint' in last) return;
    blocks.push({ cachePoint: this.pointFor(mark) });
  }

  private pointFor(mark: CacheMark): JsonObject {
    if (mark === '5m') return { type: 'default' };
    if (this.traits.cachesForAnHour) return { type: 'default', ttl: '1h' };
    this.losses.drop('cache_control', 'the cache of this model lives for five minutes, not for an hour');
    return { type: 'default' };
  }
}
