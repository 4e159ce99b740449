import { asList } from '../../json/read-json.js';
import type { Json } from '../../spec/json.js';

/** Reads a vector; undefined when the value is anything else. */
export function readVector(value: Json | undefined): readonly number[] | undefined {
  const list = asList(value);
  return list !== undefined && list.every((item) => typeof item === 'number') ? list : undefined;
}

/** Reads a list of vectors; undefined when the value is anything else. */
export function readVectors(value: Json | undefined): readonly (readonly number[])[] | undefined {
  const vectors = asList(value)?.map(readVector);
  return vectors?.every((vector) => vector !== undefined) === true ? vectors : undefined;
}
