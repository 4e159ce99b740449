import { z } from 'zod';
import type { Call } from './call.js';
import { Complaint } from './complaint.js';
import type { BodyPath, Vendor } from './vendor.js';

/**
 * The body of a call, held against a schema.
 *
 * @throws Complaint in the vendor's words about the first thing that does not fit.
 */
export function parseBody<Schema extends z.ZodType>(schema: Schema, call: Call, vendor: Vendor): z.output<Schema> {
  if (call.json === undefined) {
    throw new Complaint(400, 'We could not parse the JSON body of your request.', { code: 'invalid_json' });
  }
  return parseValue(schema, call.json, vendor);
}

/**
 * A part of a body, held against a schema.
 *
 * @param at Where the part stands.
 * @throws Complaint as {@link parseBody} does.
 */
export function parseValue<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  vendor: Vendor,
  at: BodyPath = [],
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw complaintOf(result.error.issues, value, vendor, at);
}

/** True for a member that is there and not null, which to most vendors is the same as not there. */
export function isGiven<Value>(value: Value): value is NonNullable<Value> {
  return value !== undefined && value !== null;
}

function complaintOf(issues: readonly z.core.$ZodIssue[], value: unknown, vendor: Vendor, at: BodyPath): Complaint {
  const issue = deepest(issues);
  const path = issue.path.filter((one) => typeof one !== 'symbol');
  const where = [...at, ...path];
  if (issue.code === 'unrecognized_keys') {
    return vendor.bodyComplaint(where, { kind: 'unknown', name: issue.keys[0] ?? '' });
  }
  return vendor.bodyComplaint(
    where,
    valueAt(value, path) === undefined ? { kind: 'missing' } : { kind: 'invalid', problem: issue.message },
  );
}

/** Of a union's branches, the one that came furthest says best what is wrong. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const flat = issues.flatMap(flatten);
  return flat.reduce((best, issue) => (depthOf(issue) > depthOf(best) ? issue : best));
}

/** A name that is not known stands one deeper than the object that has it. */
function depthOf({ code, path }: z.core.$ZodIssue): number {
  return code === 'unrecognized_keys' ? path.length + 1 : path.length;
}

function flatten(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const inner = issue.errors.flat().flatMap(flatten);
  return [issue, ...inner.map((one) => ({ ...one, path: [...issue.path, ...one.path] }))];
}

function valueAt(value: unknown, path: BodyPath): unknown {
  return path.reduce<unknown>((at, name) => (at as Record<string | number, unknown> | undefined)?.[name], value);
}
