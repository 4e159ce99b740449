import { parseRedisUrl, type RedisTarget } from '#auth-cache';

/** A raw environment: names and texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One environment variable: how it is read, what it defaults to, and what the documentation says of it. */
export interface Variable<Value> {
  readonly name: string;
  /** An older name that is read while the variable itself is empty. */
  readonly legacyName?: string;
  /** The default as the documentation shows it. */
  readonly defaultText: string;
  /** One or two sentences for the reference table. */
  readonly about: string;
  /** True when its value must never be shown. */
  readonly secret: boolean;
  /** The value of `text`, or of the default when `text` is undefined. @throws VariableProblem with the mend. */
  read(text: string | undefined): Value;
}

/** Why a variable cannot be used, in one sentence that names the mend. */
export class VariableProblem extends Error {
  override readonly name = 'VariableProblem';
}

/** Largest count of seconds that is taken for one: ten years. Beyond it somebody meant milliseconds. */
const SECONDS_MAX = 315_360_000;

interface Common {
  readonly about: string;
  readonly legacyName?: string;
}

interface WithDefault<Value> extends Common {
  readonly default: Value;
}

/** A text that must be set. */
export function requiredSecret(name: string, options: Common): Variable<string> {
  return {
    ...options,
    name,
    secret: true,
    defaultText: 'required',
    read(text) {
      if (text === undefined)
        throw new VariableProblem(`${name} is not set. Set it to the secret that the control plane uses.`);
      return text;
    },
  };
}

/** A secret that may be absent. */
export function optionalSecret(name: string, options: Common): Variable<string | undefined> {
  return { ...options, name, secret: true, defaultText: 'none', read: (text) => text };
}

/** Any text. */
export function text(name: string, options: WithDefault<string>): Variable<string> {
  return { ...options, name, secret: false, defaultText: options.default, read: (value) => value ?? options.default };
}

/** A text that may be absent. */
export function optionalText(name: string, options: Common): Variable<string | undefined> {
  return { ...options, name, secret: false, defaultText: 'none', read: (value) => value };
}

/** One of a few words. */
export function choice<Word extends string>(
  name: string,
  words: readonly Word[],
  options: WithDefault<Word>,
): Variable<Word> {
  return {
    ...options,
    name,
    secret: false,
    defaultText: options.default,
    read(value) {
      if (value === undefined) return options.default;
      const word = words.find((known) => known === value);
      if (word === undefined) throw new VariableProblem(`${name} is "${value}". Set it to one of ${words.join(', ')}.`);
      return word;
    },
  };
}

/** An absolute http or https URL without credentials, returned without a trailing slash. */
export function url(name: string, options: WithDefault<string>): Variable<string> {
  return {
    ...options,
    name,
    secret: false,
    defaultText: options.default,
    read(value) {
      const parsed = URL.parse(value ?? options.default);
      if (parsed === null || !['http:', 'https:'].includes(parsed.protocol) || parsed.username || parsed.password) {
        throw new VariableProblem(`${name} is not a plain URL. Set it to something like ${options.default}.`);
      }
      return parsed.href.replace(/\/+$/, '');
    },
  };
}

/** Where a Redis or Valkey is, as a URL that may hold a password; undefined when there is none. */
export function redis(name: string, options: Common): Variable<RedisTarget | undefined> {
  return {
    ...options,
    name,
    secret: true,
    defaultText: 'none',
    read(value) {
      if (value === undefined) return undefined;
      const parsed = parseRedisUrl(value);
      if (!parsed.ok) throw new VariableProblem(`${name} cannot be read: ${parsed.problem}`);
      return parsed.target;
    },
  };
}

/** A host and port to listen on, such as `:5563`, `127.0.0.1:5563` or `[::1]:5563`; port 0 takes any free one. */
export function address(name: string, options: WithDefault<string>): Variable<string> {
  return {
    ...options,
    name,
    secret: false,
    defaultText: options.default,
    read(value) {
      const address = value ?? options.default;
      const port = /^(?:\[[\da-fA-F:.]+\]|[\w.-]*):(\d{1,5})$/.exec(address)?.[1];
      if (port === undefined || Number(port) > 65_535) {
        throw new VariableProblem(`${name} is "${address}". Set it to host:port, such as ${options.default}.`);
      }
      return address;
    },
  };
}

/** Go's spellings of true and false, which existing deployments use. */
export function flag(name: string, options: WithDefault<boolean>): Variable<boolean> {
  return {
    ...options,
    name,
    secret: false,
    defaultText: String(options.default),
    read(value) {
      if (value === undefined) return options.default;
      if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value)) return true;
      if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(value)) return false;
      throw new VariableProblem(`${name} is "${value}". Set it to true or false.`);
    },
  };
}

/** An integer within bounds. With `zeroMeansDefault`, as the reference has it, 0 is the default. */
export function integer(
  name: string,
  options: WithDefault<number> & { readonly min: number; readonly max: number; readonly zeroMeansDefault?: boolean },
): Variable<number> {
  return {
    ...options,
    name,
    secret: false,
    defaultText: String(options.default),
    read(value) {
      const number = value === undefined ? options.default : readInteger(name, value);
      if (number === 0 && options.zeroMeansDefault === true) return options.default;
      if (number < options.min || number > options.max) {
        throw new VariableProblem(`${name} is ${number}. Set it to a number from ${options.min} to ${options.max}.`);
      }
      return number;
    },
  };
}

/** A duration given in whole seconds, returned in milliseconds. Negative values are refused unless they disable. */
export function seconds(
  name: string,
  options: WithDefault<number> & {
    readonly zeroMeansDefault?: boolean;
    readonly negativeDisables?: boolean;
    /** Most seconds that make sense; default: ten years. */
    readonly max?: number;
  },
): Variable<number> {
  return {
    ...options,
    name,
    secret: false,
    defaultText: String(options.default),
    read(value) {
      const count = value === undefined ? options.default : readInteger(name, value);
      if (count === 0 && options.zeroMeansDefault === true) return options.default * 1000;
      if (Math.abs(count) > SECONDS_MAX) {
        throw new VariableProblem(`${name} is ${count}. It counts seconds, not milliseconds or nanoseconds.`);
      }
      if (options.max !== undefined && count > options.max) {
        throw new VariableProblem(`${name} is ${count}. Set it to at most ${options.max} seconds.`);
      }
      if (count < 0 && options.negativeDisables !== true) {
        throw new VariableProblem(`${name} is ${count}. It is a wait, so set it to zero or more seconds.`);
      }
      return count * 1000;
    },
  };
}

/** A comma-separated list; blanks are dropped. */
export function list(name: string, options: Common): Variable<readonly string[]> {
  return {
    ...options,
    name,
    secret: false,
    defaultText: 'none',
    read: (value) =>
      (value ?? '')
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
  };
}

/** A host to connect to. */
export interface HostPort {
  /** A name or an address; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
}

/** A comma-separated list of hosts, each with a port or not: `db.internal`, `db.internal:5432`, `[::1]:5432`. */
export function hostPorts(
  name: string,
  options: Common & { readonly defaultPort: number },
): Variable<readonly HostPort[]> {
  const entries = list(name, options);
  const readOne = (entry: string): HostPort => {
    const match = HOST_PORT.exec(entry);
    const host = match?.[1] ?? match?.[2];
    const port = match?.[3] === undefined ? options.defaultPort : Number(match[3]);
    if (host === undefined || port < 1 || port > 65_535) {
      throw new VariableProblem(`${name} holds "${entry}". Set it to hosts such as db.internal or db.internal:5432.`);
    }
    return { host, port };
  };
  return { ...entries, read: (value) => entries.read(value).map(readOne) };
}

const HOST_PORT = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/;

function readInteger(name: string, value: string): number {
  const number = /^[+-]?\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new VariableProblem(`${name} is "${value}". Set it to a whole number.`);
  return number;
}
