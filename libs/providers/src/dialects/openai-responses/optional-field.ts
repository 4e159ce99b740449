import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { JsonObject } from '../../spec/json.js';

/**
 * Reads a member that may be absent or null, both of which mean that the client did not say.
 *
 * @param path Where the member stands in the body; default: its name.
 * @throws RequestUnreadableError with `problem` when the member is there and `read` does not take it.
 */
export function readOptional<Value>(
  object: JsonObject,
  name: string,
  read: (value: unknown) => Value | undefined,
  problem: string,
  path: string = name,
): Value | undefined {
  const raw = object[name];
  if (raw === undefined || raw === null) return undefined;
  const value = read(raw);
  if (value === undefined) throw new RequestUnreadableError(path, problem);
  return value;
}

/**
 * Reads a member that must be there.
 *
 * @throws RequestUnreadableError with `problem` when it is not, or when `read` does not take it.
 */
export function readRequired<Value>(
  object: JsonObject,
  name: string,
  read: (value: unknown) => Value | undefined,
  problem: string,
  path: string,
): Value {
  const value = read(object[name]);
  if (value === undefined) throw new RequestUnreadableError(path, problem);
  return value;
}
