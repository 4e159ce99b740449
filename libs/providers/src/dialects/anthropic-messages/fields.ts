import { asBoolean, asCount, asList, asNumber, asObject, asString } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';

/**
 * Reads the members of one object of a request, strictly: a member that is there must have its type, `null` counts as
 * absent, as in the vendor's own API. Every problem names the member's whole path.
 */
export class Fields {
  private constructor(
    readonly object: JsonObject,
    private readonly path: string,
  ) {}

  /** The members of a body. */
  static ofBody(body: JsonObject): Fields {
    return new Fields(body, '');
  }

  /** @throws RequestUnreadableError when `value`, which stands at `path`, is not an object. */
  static of(value: unknown, path: string): Fields {
    const object = asObject(value);
    if (object === undefined) throw new RequestUnreadableError(path, 'must be an object');
    return new Fields(object, path);
  }

  /** Where a member stands in the body. */
  pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  /** The names of the members that say something. */
  names(): string[] {
    return Object.keys(this.object).filter((name) => this.value(name) !== undefined);
  }

  value(name: string): Json | undefined {
    return this.object[name] ?? undefined;
  }

  text(name: string): string | undefined {
    return this.optional(name, asString, 'must be a string');
  }

  number(name: string): number | undefined {
    return this.optional(name, asNumber, 'must be a number');
  }

  count(name: string): number | undefined {
    return this.optional(name, asCount, 'must be a whole number of at least 0');
  }

  boolean(name: string): boolean | undefined {
    return this.optional(name, asBoolean, 'must be true or false');
  }

  list(name: string): readonly Json[] | undefined {
    return this.optional(name, asList, 'must be a list');
  }

  /** The members of an object that is a member. */
  fields(name: string): Fields | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : Fields.of(value, this.pathOf(name));
  }

  /** The members of each object of a list. */
  fieldsOfEach(name: string): readonly Fields[] | undefined {
    return this.list(name)?.map((item, index) => Fields.of(item, `${this.pathOf(name)}.${index}`));
  }

  requiredText(name: string): string {
    return this.text(name) ?? this.missing(name);
  }

  requiredCount(name: string): number {
    return this.count(name) ?? this.missing(name);
  }

  requiredFields(name: string): Fields {
    return this.fields(name) ?? this.missing(name);
  }

  private optional<Value>(name: string, read: (value: Json) => Value | undefined, rule: string): Value | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const typed = read(value);
    if (typed === undefined) throw new RequestUnreadableError(this.pathOf(name), rule);
    return typed;
  }

  private missing(name: string): never {
    throw new RequestUnreadableError(this.pathOf(name), 'is required');
  }
}
