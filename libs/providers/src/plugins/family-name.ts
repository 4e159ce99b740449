const FAMILY_NAME = /^[a-z][a-z0-9_-]{0,63}$/;

/** What the name of a family may be, for a person. */
export const FAMILY_NAME_RULE =
  'lower-case letters, digits, dashes and underscores, a letter first, at most 64 characters, such as "acme"';

/** True when `name` may be the name of a family: it stands before the slash in a model's name. */
export function isFamilyName(name: unknown): name is string {
  return typeof name === 'string' && FAMILY_NAME.test(name);
}
