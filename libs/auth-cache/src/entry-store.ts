import { LRUCache } from 'lru-cache';
import type { CacheEntry } from './cache-entry.js';

/** Holds entries by key digest, bounded, and finds them by virtual key and by organization. */
export class EntryStore {
  private readonly entries: LRUCache<string, CacheEntry>;
  /** A list each, because a key has one entry, or two for a while, and a set of one is heavy. */
  private readonly byVirtualKey = new Map<string, CacheEntry[]>();
  private readonly byOrganization = new Map<string, Set<CacheEntry>>();
  private overflowed = 0;

  /** @param maxEntries Entries held; the least recently used makes room for a new one. */
  constructor(maxEntries: number) {
    this.entries = new LRUCache({
      max: maxEntries,
      dispose: (entry, _digest, reason) => {
        if (reason === 'evict') this.overflowed += 1;
        this.forgetVirtualKey(entry);
        removeFrom(this.byOrganization, entry.bundle.organizationId, entry);
      },
    });
  }

  get size(): number {
    return this.entries.size;
  }

  /** How many entries had to make room for others. */
  get overflowCount(): number {
    return this.overflowed;
  }

  get organizationCount(): number {
    return this.byOrganization.size;
  }

  /** Organizations that have an entry. */
  organizations(): string[] {
    return [...this.byOrganization.keys()];
  }

  hasOrganization(organizationId: string): boolean {
    return this.byOrganization.has(organizationId);
  }

  /** The entry of a digest, which counts as its use. */
  use(digest: string): CacheEntry | undefined {
    return this.entries.get(digest);
  }

  /** The entry of a digest, without counting as its use. */
  peek(digest: string): CacheEntry | undefined {
    return this.entries.peek(digest);
  }

  /** Whether this very entry is still the one of its digest. */
  holds(entry: CacheEntry): boolean {
    return this.entries.peek(entry.digest) === entry;
  }

  put(entry: CacheEntry): void {
    this.entries.set(entry.digest, entry);
    const { virtualKeyId } = entry.bundle;
    const others = this.byVirtualKey.get(virtualKeyId);
    if (others === undefined) this.byVirtualKey.set(virtualKeyId, [entry]);
    else if (!others.includes(entry)) others.push(entry);
    addTo(this.byOrganization, entry.bundle.organizationId, entry);
  }

  remove(entry: CacheEntry): void {
    if (this.holds(entry)) this.entries.delete(entry.digest);
  }

  /** The entries of a virtual key: more than one while a rotated secret is still accepted. */
  ofVirtualKey(virtualKeyId: string): readonly CacheEntry[] {
    return [...(this.byVirtualKey.get(virtualKeyId) ?? [])];
  }

  ofOrganization(organizationId: string): ReadonlySet<CacheEntry> {
    return this.byOrganization.get(organizationId) ?? NO_ENTRIES;
  }

  private forgetVirtualKey(entry: CacheEntry): void {
    const { virtualKeyId } = entry.bundle;
    const rest = this.byVirtualKey.get(virtualKeyId)?.filter((other) => other !== entry) ?? [];
    if (rest.length === 0) this.byVirtualKey.delete(virtualKeyId);
    else this.byVirtualKey.set(virtualKeyId, rest);
  }
}

const NO_ENTRIES: ReadonlySet<CacheEntry> = new Set();

function addTo(index: Map<string, Set<CacheEntry>>, id: string, entry: CacheEntry): void {
  const entries = index.get(id);
  if (entries === undefined) index.set(id, new Set([entry]));
  else entries.add(entry);
}

function removeFrom(index: Map<string, Set<CacheEntry>>, id: string, entry: CacheEntry): void {
  const entries = index.get(id);
  entries?.delete(entry);
  if (entries?.size === 0) index.delete(id);
}
