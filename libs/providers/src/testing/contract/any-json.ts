import type { Random } from '#kernel';
import type { Json } from '../../spec/json.js';

const DEPTH_MAX = 4;
const MEMBERS_MAX = 4;
const TEXTS = ['', 'x', '{"a":1', 'stop', '\ud800', '\u0000', '9'.repeat(400), '{}', 'null'];
const NUMBERS = [0, -1, 1, 0.5, 1e308, -1e-9, 4_294_967_296];

/** Any JSON value, whose names and texts are often among `words`. */
export function anyJson(random: Random, words: readonly string[], depth = 0): Json {
  const kind = pick(
    random,
    depth < DEPTH_MAX ? ['text', 'number', 'literal', 'list', 'object', 'object'] : ['text', 'number', 'literal'],
  );
  switch (kind) {
    case 'text':
      return pick(random, random.next() < 0.5 ? TEXTS : [...words, '']);
    case 'number':
      return pick(random, NUMBERS);
    case 'literal':
      return pick<Json>(random, [null, true, false]);
    case 'list':
      return members(random, () => anyJson(random, words, depth + 1));
    default:
      return Object.fromEntries(
        members(random, () => [pick(random, [...words, 'x']), anyJson(random, words, depth + 1)]),
      );
  }
}

/** `value` with one of its members, somewhere in it, exchanged, doubled or left out. */
export function mutate(random: Random, value: Json, words: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || random.next() < 0.15) return anyJson(random, words);
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const at = Math.floor(random.next() * items.length);
    if (random.next() < 0.2) return [...items, ...items];
    return items.map((item, index) => (index === at ? mutate(random, item, words) : item));
  }
  const entries = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  const at = Math.floor(random.next() * entries.length);
  if (random.next() < 0.15) return Object.fromEntries(entries.filter((_entry, index) => index !== at));
  return Object.fromEntries(
    entries.map(([name, member], index) => [name, index === at ? mutate(random, member, words) : member]),
  );
}

/** Every name and short text in `value`: what a reader looks for. */
export function wordsOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return value.length <= 40 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...wordsOf(member as Json)]);
}

/** One of `items`. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random.next() * items.length)];
  if (item === undefined) throw new RangeError('there is nothing to pick from');
  return item;
}

function members<Item>(random: Random, make: () => Item): Item[] {
  return Array.from({ length: Math.floor(random.next() * (MEMBERS_MAX + 1)) }, make);
}
