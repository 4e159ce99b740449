const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

/** True when the bytes of a JSON value are a list that is not empty; the rest of the value is not looked at. */
export function isListWithMembers(value: Buffer): boolean {
  let at = 1;
  for (let byte = value[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = value[at])
    at += 1;
  return value[0] === OPENING_BRACKET && value[at] !== CLOSING_BRACKET;
}
