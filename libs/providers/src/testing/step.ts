/** One thing that the fake upstream does with a connection. An answer is the steps that it takes; after the last it ends. */
export type Step =
  | { readonly kind: 'head'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly kind: 'bytes';
      readonly bytes: Buffer;
      /** Counted in the record as an event. */
      readonly isEvent?: boolean;
      /** One write to the connection for each byte. */
      readonly isBytewise?: boolean;
    }
  | { readonly kind: 'pause'; readonly durationMs: number }
  /** Goes silent until released. */
  | { readonly kind: 'hold' }
  /** Closes the connection although the answer is not over. */
  | { readonly kind: 'break' }
  /** Resets the connection. */
  | { readonly kind: 'reset' };

/** Goes silent until released. */
export const HOLD: Step = { kind: 'hold' };

/** Closes the connection although the answer is not over. */
export const BREAK: Step = { kind: 'break' };

/** Resets the connection. */
export const RESET: Step = { kind: 'reset' };

/** A status with a whole body. */
export function* documentSteps(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Generator<Step> {
  yield { kind: 'head', status, headers: { ...headers, 'content-length': String(body.length) } };
  yield { kind: 'bytes', bytes: body };
}
