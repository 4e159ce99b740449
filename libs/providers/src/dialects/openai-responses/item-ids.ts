/** Kinds of items by the prefix that OpenAI gives their ids. */
export type ItemPrefix = 'msg' | 'rs' | 'fc' | 'ctc' | 'tsc' | 'ig';

/** Marks the ids that the gateway made up. */
const OWN_MARK = '_lwgw_';

const RESPONSE_PREFIX = 'resp_';

/** So many characters of the answer's id go into the ids of its items, which may have 64 in all. */
const ANSWER_CHARACTERS_MAX = 40;

/** The id of an answer as a Responses client knows it: with `resp_` in front. */
export function toResponseId(id: string): string {
  const plain = id.replaceAll(/[^A-Za-z0-9_-]/g, '');
  return plain.startsWith(RESPONSE_PREFIX) ? plain : RESPONSE_PREFIX + plain;
}

/** The id of the item at `index` of an answer: the same for a stream and for the whole answer. */
export function itemId(prefix: ItemPrefix, responseId: string, index: number): string {
  const answer = responseId.slice(RESPONSE_PREFIX.length).slice(-ANSWER_CHARACTERS_MAX);
  return `${prefix}${OWN_MARK}${answer}_${index}`;
}

/** True for an id of {@link itemId}, which no provider knows. */
export function isOwnItemId(id: string): boolean {
  return id.includes(OWN_MARK);
}
