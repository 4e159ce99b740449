/** Longest part of an answer's id that goes into the id of a call; vendors take ids of up to 64 characters. */
const ANSWER_ID_CHARACTERS_MAX = 40;

/**
 * The id of a function call to which Google gave none. It holds the answer's id, because clients expect ids to be unique
 * in a whole conversation; without one, the function's name stands in.
 */
export function answerCallId(answerId: string | undefined, name: string, index: number): string {
  const unique = (answerId ?? name).replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, ANSWER_ID_CHARACTERS_MAX);
  return `call_${unique}_${index}`;
}
