import { createBundle, type BootstrapEntry, type Bundle } from '#gateway-protocol';
import type { KeyCacheParts } from '../entry-outcomes.js';

/** A moment at which a page of keys is asked for. */
export interface PreloadMoment {
  /** Taken from the change marks. */
  readonly mark: number;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
}

/** What became of a key that was loaded before anybody presented it. */
export type Preloaded =
  | { readonly kind: 'added'; readonly bundle: Bundle }
  /** `held`: it is known already, at least as well; `changed`: it changed while it was on its way; `dead`: its time is up. */
  | { readonly kind: 'held' | 'changed' | 'dead' }
  /** There is no room, and nothing that is held has to go for it. */
  | { readonly kind: 'full' };

const HELD: Preloaded = { kind: 'held' };
const CHANGED: Preloaded = { kind: 'changed' };
const DEAD: Preloaded = { kind: 'dead' };
const FULL: Preloaded = { kind: 'full' };

/** Takes a key into the cache as if it had been resolved and its configuration fetched at `moment`. */
export function preload(parts: KeyCacheParts, loaded: BootstrapEntry, moment: PreloadMoment): Preloaded {
  const { store, marks, schedule, clock, options } = parts;
  const { digest, claims, config, etag } = loaded;
  if (store.peek(digest) !== undefined) return HELD;
  if (store.size >= options.maxEntries) return FULL;
  if (marks.keyChangedSince(claims.vk_id, moment.mark)) return CHANGED;
  const bundle = createBundle(claims, config);
  const { startedAtMs } = moment;
  const times = { tokenExpiresAtMs: claims.exp * 1000, resolvedAtMs: startedAtMs, checkedAtMs: startedAtMs };
  const entry = schedule.create({ digest, bundle, etag, ...times });
  if (entry.stateAt(clock.now()) !== 'fresh') return DEAD;
  const { organizationId } = bundle;
  if (marks.organizationChangedSince(organizationId, false, moment.mark)) entry.markChanged(false);
  if (marks.organizationChangedSince(organizationId, true, moment.mark)) entry.markChanged(true);
  store.put(entry);
  return { kind: 'added', bundle };
}
