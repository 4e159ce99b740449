import { isDeepStrictEqual } from 'node:util';

/** A field's value before and after a change; null where the field did not exist. */
export interface FieldChange {
  readonly before: unknown;
  readonly after: unknown;
}

/** Fields that move with every write and say nothing about it. */
const BOOKKEEPING: ReadonlySet<string> = new Set(['revision', 'updated_at']);

/** The fields in which two versions of an object differ, by name. Empty when nothing of substance changed. */
export function changedFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Record<string, FieldChange> {
  const changes: Record<string, FieldChange> = {};
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const change = { before: before[field] ?? null, after: after[field] ?? null };
    if (!BOOKKEEPING.has(field) && !isDeepStrictEqual(change.before, change.after)) changes[field] = change;
  }
  return changes;
}
