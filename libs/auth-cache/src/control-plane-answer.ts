import { ControlPlaneUnavailableError, errorEnvelopeSchema, type ControlPlaneAnswer } from '#gateway-protocol';
import type { z } from 'zod';
import type { SourceFailure } from './key-source.js';

/** The type by which the control plane says that it refuses the caller, not the key (contract 3.1). */
const CALLER_REFUSED_TYPE = 'permission_denied';

/** The error that an answer describes; empty when the body is no error envelope. */
export function errorOf(answer: ControlPlaneAnswer): { readonly type?: string; readonly code?: string } {
  const parsed = errorEnvelopeSchema.safeParse(parseJson(answer.body));
  if (!parsed.success) return {};
  const { type, code } = parsed.data.error;
  return { ...(type === undefined ? {} : { type }), ...(code === undefined ? {} : { code }) };
}

/** The body of an answer as `schema` reads it, or a failure: an answer is never adopted in part. */
export function bodyOf<Schema extends z.ZodType>(
  answer: ControlPlaneAnswer,
  schema: Schema,
): { readonly ok: true; readonly value: z.output<Schema> } | { readonly ok: false; readonly failure: SourceFailure } {
  const parsed = schema.safeParse(parseJson(answer.body));
  if (parsed.success) return { ok: true, value: parsed.data };
  // Paths and codes only: the values around a mistake can be credentials.
  const where = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'body'}: ${issue.code}`);
  return { ok: false, failure: { kind: 'bad_answer', detail: `unexpected answer (${where.join(', ')})` } };
}

/** What an answer amounts to when its status is none that the call expects. */
export function unexpectedStatus(answer: ControlPlaneAnswer): SourceFailure {
  const { type, code } = errorOf(answer);
  const detail = `status ${answer.status}${code === undefined ? '' : `, code ${code.slice(0, 64)}`}`;
  const refused = answer.status === 401 && type === CALLER_REFUSED_TYPE;
  return { kind: refused ? 'secret_refused' : 'server_error', detail };
}

/** Whether an answer refuses our shared secret or signature, so that it says nothing about what was asked. */
export function isCallerRefused(answer: ControlPlaneAnswer): boolean {
  return answer.status === 401 && errorOf(answer).type === CALLER_REFUSED_TYPE;
}

/** The failure of a call that got no answer. */
export function callFailure(cause: unknown, signal: AbortSignal): SourceFailure {
  if (signal.aborted) return { kind: 'timeout', detail: 'the call was cut short', cause };
  const timedOut = cause instanceof ControlPlaneUnavailableError && cause.kind === 'timeout';
  return { kind: timedOut ? 'timeout' : 'transport', detail: 'no whole answer came', cause };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Every schema refuses `undefined`, so a body that is no JSON fails like one of the wrong shape.
    return undefined;
  }
}
