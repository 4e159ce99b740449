const VISIBLE_ASCII = /^[\x20-\x7e]*$/;

/** Text for a header, which must be visible ASCII; a model's name need not be. */
export function headerText(text: string): string {
  return VISIBLE_ASCII.test(text) ? text : encodeURIComponent(text);
}
