import type { IncomingHttpHeaders } from 'node:http';
import { asObject, parseObject } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';

/** One call that the fake upstream received. */
export class Call {
  /** The body; undefined when it is no JSON object. */
  readonly json: JsonObject | undefined;

  constructor(
    readonly method: string,
    /** Without the query. */
    readonly path: string,
    readonly query: URLSearchParams,
    readonly headers: IncomingHttpHeaders,
    readonly body: Buffer,
  ) {
    this.json = parseObject(body.toString('utf8'));
  }

  /** A header that came once; undefined when it did not, or is empty. */
  header(name: string): string | undefined {
    const value = this.headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** A member of the body. */
  member(name: string): Json | undefined {
    return asObject(this.json)?.[name];
  }
}
