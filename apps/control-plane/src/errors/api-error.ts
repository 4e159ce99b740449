import { ERROR_CATALOGUE, type ErrorCode, type ErrorEntry } from './error-catalogue.js';

/** What an {@link ApiError} says beyond its catalogue entry. */
export interface ApiErrorDetail {
  /** Replaces the catalogue's sentence. Shown to the client. */
  readonly message?: string;
  /** Facts for programs, for instance `{ target: 'body', fields: […] }`. Shown to the client. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** For the log only. */
  readonly cause?: unknown;
}

/** A refusal or fault on its way to the client: the exception filter renders it as the error envelope (contract 2.9). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly meta: Readonly<Record<string, unknown>>;

  /** Prefer {@link apiError}, which takes status and sentence from the catalogue. */
  constructor(
    readonly code: string,
    readonly type: string,
    readonly entry: ErrorEntry,
    detail: ApiErrorDetail = {},
  ) {
    super(detail.message ?? entry.message, { cause: detail.cause });
    this.meta = detail.meta ?? {};
  }

  get status(): number {
    return this.entry.status;
  }
}

/** The error of a code of the catalogue: `throw apiError('not_found')`. */
export function apiError(code: ErrorCode, detail: ApiErrorDetail = {}): ApiError {
  return new ApiError(code, code, ERROR_CATALOGUE[code], detail);
}
