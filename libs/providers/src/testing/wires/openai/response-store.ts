import type { Json, JsonObject } from '../../../spec/json.js';

/** A response that was made and kept. */
export interface StoredResponse {
  /** The response as it is in the end. */
  readonly response: JsonObject;
  /** The items of its own input. */
  readonly input: readonly Json[];
  /** All items that led to it: those before it, its own and its output. */
  readonly context: readonly Json[];
  /** True when it was made in the background: it is queued until it is asked for. */
  readonly isBackground: boolean;
}

/** Most responses that are kept; the oldest go first. */
const STORED_MAX = 1000;

/** The responses that one fake upstream made and was allowed to keep. */
export class ResponseStore {
  private readonly stored = new Map<string, StoredResponse>();
  private readonly cancelled = new Set<string>();

  /** Keeps a response under its id. */
  keep(id: string, response: StoredResponse): void {
    this.stored.set(id, response);
    const oldest = this.stored.keys().next();
    if (this.stored.size > STORED_MAX && oldest.done !== true) this.forget(oldest.value);
  }

  find(id: string): StoredResponse | undefined {
    return this.stored.get(id);
  }

  /** The response as it is now. */
  current(stored: StoredResponse): JsonObject {
    const { response } = stored;
    if (!this.cancelled.has(String(response['id']))) return response;
    return { ...response, status: 'cancelled', output: [], usage: null };
  }

  cancel(id: string): void {
    this.cancelled.add(id);
  }

  forget(id: string): void {
    this.stored.delete(id);
    this.cancelled.delete(id);
  }
}
