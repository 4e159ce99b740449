import type { Json } from '#providers';

/** Follows member names and positions into a value; undefined where there is nothing. */
export function dig(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, step) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return Object.entries(inner).find(([name]) => name === String(step))?.[1] as Json | undefined;
  }, value);
}

/** As {@link dig}, for a text. */
export function digText(value: Json | undefined, ...path: readonly (string | number)[]): string | undefined {
  const found = dig(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** As {@link dig}, for a list; empty where there is none. */
export function digList(value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] {
  const found = dig(value, ...path);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}
