import { asList, asNumber } from '../../json/read-json.js';
import type { Json } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';

/** @throws AnswerUnreadableError when the value is not a list of numbers with something in it. */
export function readVector(values: Json | undefined): readonly number[] {
  const list = asList(values) ?? [];
  const numbers = list.flatMap((value) => asNumber(value) ?? []);
  if (numbers.length === 0 || numbers.length !== list.length) {
    throw new AnswerUnreadableError('an embedding is not a list of numbers');
  }
  return numbers;
}
