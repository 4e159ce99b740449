import { asCount, asObject } from '../../json/read-json.js';
import type { Json } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';
import { readUsage } from './read-usage.js';

/**
 * Puts the usage of a stream together: `message_start` says what went in, `message_delta` says what came out.
 *
 * Both are running totals, so the later figure of a field replaces the earlier one and nothing is added up. A later 0
 * does not: a total cannot shrink, and some servers write 0 for what they have said before.
 */
export class UsageTally {
  private fields: Readonly<Record<string, Json>> = {};
  private outputIsKnown = false;

  /** What has been said so far; undefined while nothing was. */
  get usage(): Usage | undefined {
    return readUsage(this.outputIsKnown ? this.fields : { ...this.fields, output_tokens: null });
  }

  /**
   * Takes the usage of `message_start`. Its output is what the model has written when the stream opens, usually one
   * token: it is not what the answer consumed, so a stream that is cut says nothing of its output.
   */
  begin(usage: unknown): void {
    this.merge(usage);
  }

  /** Takes the usage of a `message_delta`. */
  update(usage: unknown): void {
    this.merge(usage);
    if (asCount(asObject(usage)?.['output_tokens']) !== undefined) this.outputIsKnown = true;
  }

  private merge(usage: unknown): void {
    const said = Object.entries(asObject(usage) ?? {}).filter((entry): entry is [string, Json] => {
      const [name, value] = entry;
      return value !== undefined && value !== null && (value !== 0 || this.fields[name] === undefined);
    });
    this.fields = { ...this.fields, ...Object.fromEntries(said) };
  }
}
