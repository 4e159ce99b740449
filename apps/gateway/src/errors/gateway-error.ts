import { ERROR_CATALOGUE, type CatalogueEntry, type ErrorCode } from './error-catalogue.js';

/** What one occurrence of an error says beyond its catalogue entry. */
export interface GatewayErrorDetail {
  /** The public sentence; default: the catalogue's. */
  readonly message?: string;
  /** Facts for the client, in snake_case. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** What the reader can do next. */
  readonly tips?: readonly string[];
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number;
  /** Further response headers, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** True when the rest of the request is not read, so the connection must end. */
  readonly closesConnection?: boolean;
  /** For the log only. */
  readonly cause?: unknown;
}

/** A refusal or failure that the gateway answers itself. It has no stack trace, because it is an answer and no bug. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly entry: CatalogueEntry;

  constructor(
    readonly code: ErrorCode,
    readonly detail: GatewayErrorDetail = {},
  ) {
    const entry = ERROR_CATALOGUE[code];
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(detail.message ?? entry.message, detail.cause === undefined ? undefined : { cause: detail.cause });
    Error.stackTraceLimit = limit;
    this.entry = entry;
  }
}
