/** Channel on which replicas tell each other of changes. */
export const CHANGES_CHANNEL = 'lw:gw:v1:changes';

const PREFIX = 'lw:gw:v1:';

/**
 * Parts that entries are spread over, each in one slot of a cluster. A mark is written to all of them, since the parts
 * of a virtual key's secrets are not known from its id; in return a look-up needs one round trip.
 */
export const SHARDS = [...'0123456789abcdef'] as const;

/** The shard of an entry: the first digit of its name. */
export function shardOf(entryName: string): string {
  return entryName.slice(0, 1);
}

/** Where the entry of a key is stored; entry and marks of a shard share a hash tag, so that one call reads both. */
export function entryKey(entryName: string): string {
  return `${PREFIX}{${shardOf(entryName)}}:e:${entryName}`;
}

/** What comes before the tag in the keys of a shard's marks. */
export function markPrefix(shard: string): string {
  return `${PREFIX}{${shard}}:m:`;
}

/** The set of a virtual key's entries in one shard, by which they are found when it is removed. */
export function indexKey(shard: string, virtualKeyName: string): string {
  return `${PREFIX}{${shard}}:x:${virtualKeyName}`;
}
