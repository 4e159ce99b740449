/**
 * Whether a JSON value has text in it that PostgreSQL cannot keep: the character U+0000 or half a surrogate pair.
 *
 * Both can be written in JSON and in a URL, and without this check the database's complaint would be answered as a
 * fault of ours. It walks without recursion, so nesting cannot exhaust the stack.
 */
export function hasUnstorableText(value: unknown): boolean {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'string') {
      if (next.includes('\0') || !next.isWellFormed()) return true;
    } else if (typeof next === 'object' && next !== null) {
      for (const [name, member] of Object.entries(next)) pending.push(name, member);
    }
  }
  return false;
}
