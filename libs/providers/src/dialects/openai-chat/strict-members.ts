import { asBoolean, asList, asNumber, asObject, asString } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';

/**
 * Reads members of a request that must be what the dialect says, or absent. `null` counts as absent, as OpenAI takes it.
 *
 * Every method throws a RequestUnreadableError, with the path of the member, for a value of another kind.
 */
export class StrictMembers {
  /** @param path Where the object stands in the body, such as `tools.0.function`; empty for the body itself. */
  constructor(
    private readonly members: JsonObject,
    private readonly path = '',
  ) {}

  /** The member's path, for errors about it. */
  pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  string(name: string): string | undefined {
    return this.read(name, asString, 'must be a string');
  }

  /** A string that must be there and hold something. */
  requiredString(name: string): string {
    const value = this.string(name);
    if (value === undefined || value === '') throw this.error(name, 'must be a string that is not empty');
    return value;
  }

  number(name: string): number | undefined {
    return this.read(name, asNumber, 'must be a number');
  }

  integer(name: string): number | undefined {
    return this.read(name, asInteger, 'must be an integer');
  }

  /** A whole number of at least 1. */
  positiveInteger(name: string): number | undefined {
    const value = this.integer(name);
    if (value !== undefined && value < 1) throw this.error(name, 'must be at least 1');
    return value;
  }

  boolean(name: string): boolean | undefined {
    return this.read(name, asBoolean, 'must be true or false');
  }

  object(name: string): JsonObject | undefined {
    return this.read(name, asObject, 'must be an object');
  }

  list(name: string): readonly Json[] | undefined {
    return this.read(name, asList, 'must be a list');
  }

  strings(name: string): readonly string[] | undefined {
    return this.list(name)?.map((item, index) => {
      if (typeof item !== 'string') throw this.error(`${name}.${index}`, 'must be a string');
      return item;
    });
  }

  objects(name: string): readonly JsonObject[] | undefined {
    return this.list(name)?.map((item, index) => this.objectOf(item, `${name}.${index}`));
  }

  /** One of a few words. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.string(name);
    if (value === undefined) return undefined;
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw this.error(name, `must be one of ${words.join(', ')}`);
    return word;
  }

  /** The members of an object that must be there. */
  requiredMembers(name: string): StrictMembers {
    return new StrictMembers(this.objectOf(this.members[name], name), this.pathOf(name));
  }

  error(name: string, problem: string): RequestUnreadableError {
    return new RequestUnreadableError(this.pathOf(name), problem);
  }

  private objectOf(value: Json | undefined, name: string): JsonObject {
    const object = asObject(value);
    if (object === undefined) throw this.error(name, 'must be an object');
    return object;
  }

  private read<Value>(name: string, as: (value: unknown) => Value | undefined, problem: string): Value | undefined {
    const value = this.members[name];
    if (value === undefined || value === null) return undefined;
    const read = as(value);
    if (read === undefined) throw this.error(name, problem);
    return read;
  }
}

function asInteger(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}
