/** Longest name that Converse takes. */
const NAME_CHARACTERS_MAX = 200;
const NAME_WITHOUT_ANY = 'document';

/**
 * Names documents as Converse wants it: ASCII letters, digits, single blanks, hyphens, parentheses and square brackets,
 * and no name twice in a request. One object serves one request.
 *
 * Names are numbered in the order of the conversation, so they stay the same from turn to turn and prompt caches hold.
 */
export class DocumentNames {
  private readonly taken = new Set<string>();
  /** The next number to try for a name, so that many documents of one name cost no more than as many of different ones. */
  private readonly numbers = new Map<string, number>();

  /** A free name that is like `wanted`. */
  choose(wanted: string | undefined): string {
    const base = sanitize(wanted ?? '');
    const key = base.toLowerCase();
    let number = this.numbers.get(key) ?? 1;
    while (this.taken.has(numbered(key, number))) number += 1;
    this.numbers.set(key, number + 1);
    this.taken.add(numbered(key, number));
    return numbered(base, number);
  }
}

function numbered(name: string, number: number): string {
  return number === 1 ? name : `${name} (${number})`;
}

function sanitize(name: string): string {
  const clean = name
    .replace(/[^a-zA-Z0-9\-()[\]]+/g, ' ')
    .trim()
    // Leaves room for a number.
    .slice(0, NAME_CHARACTERS_MAX - 10)
    .trim();
  return clean === '' ? NAME_WITHOUT_ANY : clean;
}
