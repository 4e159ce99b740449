import type { JsonObject } from '../../spec/json.js';

/**
 * An item of an answer while it is streamed.
 *
 * Whatever came in deltas is remembered, so that a vendor's closing words, which repeat it, add only what was missing:
 * some servers stream nothing and send the finished item alone.
 */
export abstract class StreamedItem {
  /** The vendor said that the item is finished. */
  isDone = false;

  /** Another item begins: what a person reads ends here. */
  abstract yield(): void;

  /** Takes what the finished item holds and was not streamed, and ends the item. */
  abstract finish(item: JsonObject): void;

  /** Ends what is still open, because the answer is finished. */
  abstract close(): void;
}

/** What `whole` has beyond `streamed`; nothing when the two contradict each other. */
export function missingText(whole: string, streamed: string): string {
  return whole.startsWith(streamed) ? whole.slice(streamed.length) : '';
}
