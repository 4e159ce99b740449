import type { IncomingHttpHeaders } from 'node:http';
import {
  DELIVERY_MODES,
  RESUME_MODES,
  RETRIES_DEFAULT,
  TIME_LIMIT_MS_MAX,
  TIME_LIMIT_MS_MIN,
  type DeliveryMode,
  type OutcomeAction,
  type ResumeMode,
  type RoutingPolicy,
} from '#gateway-protocol';
import { GatewayError } from '../errors/gateway-error.js';
import type { AttemptLimits } from '../exchange/attempt.js';

/** How hard a request is tried, and how long: the key's policy, with what the request's headers say on top. */
export interface Reliability {
  readonly resume: ResumeMode;
  readonly delivery: DeliveryMode;
  /** Limits of every attempt. */
  readonly limits: Omit<AttemptLimits, 'deadlineMs'>;
  /** Milliseconds for all attempts together; undefined when there is no such limit. */
  readonly deadlineMs: number | undefined;
  /** Repeats at the same candidate. */
  readonly retriesMax: number;
  /** Null: no hedge. 0: after the model's p95 time to its first token. */
  readonly hedgeAfterMs: number | null;
  readonly outcomes: Readonly<Record<string, OutcomeAction>>;
}

/** Limits of every attempt where neither policy nor request says otherwise. */
export type DefaultLimits = Omit<AttemptLimits, 'deadlineMs'>;

/** Headers by which a request sets its own limits, in milliseconds. */
const LIMIT_HEADERS = {
  connectMs: 'x-langwatch-connect-timeout-ms',
  headersMs: 'x-langwatch-headers-timeout-ms',
  firstTokenMs: 'x-langwatch-first-token-timeout-ms',
  betweenTokensMs: 'x-langwatch-between-tokens-timeout-ms',
  totalMs: 'x-langwatch-total-timeout-ms',
} as const;

const DEADLINE_HEADER = 'x-langwatch-timeout-ms';
const RESUME_HEADER = 'x-langwatch-resume';
const DELIVERY_HEADER = 'x-langwatch-delivery';

/**
 * Reads how a request wants to be tried.
 *
 * @throws GatewayError `bad_request` when a header holds no such value.
 */
export function readReliability(
  headers: IncomingHttpHeaders,
  policy: RoutingPolicy | null,
  defaults: DefaultLimits,
): Reliability {
  const ruled = policy?.timeLimits;
  const limitOf = (name: keyof DefaultLimits): number =>
    readLimit(headers, LIMIT_HEADERS[name]) ?? ruled?.[name] ?? defaults[name];
  return {
    resume: readChoice(headers, RESUME_HEADER, RESUME_MODES) ?? policy?.resume ?? 'none',
    delivery: readChoice(headers, DELIVERY_HEADER, DELIVERY_MODES) ?? policy?.delivery ?? 'streamed',
    limits: {
      connectMs: limitOf('connectMs'),
      headersMs: limitOf('headersMs'),
      firstTokenMs: limitOf('firstTokenMs'),
      betweenTokensMs: limitOf('betweenTokensMs'),
      totalMs: limitOf('totalMs'),
    },
    deadlineMs: readLimit(headers, DEADLINE_HEADER) ?? ruled?.deadlineMs,
    retriesMax: policy?.retriesMax ?? RETRIES_DEFAULT,
    hedgeAfterMs: policy?.hedgeAfterMs ?? null,
    outcomes: policy?.outcomes ?? NO_RULES,
  };
}

const NO_RULES: Readonly<Record<string, OutcomeAction>> = Object.freeze({});

function readLimit(headers: IncomingHttpHeaders, name: string): number | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= TIME_LIMIT_MS_MIN && value <= TIME_LIMIT_MS_MAX) return value;
  throw new GatewayError('bad_request', {
    message: `The header ${name} must be a whole number of milliseconds from ${TIME_LIMIT_MS_MIN} to ${TIME_LIMIT_MS_MAX}.`,
    meta: { header: name },
  });
}

function readChoice<Choice extends string>(
  headers: IncomingHttpHeaders,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  const choice = choices.find((known) => known === text);
  if (choice !== undefined) return choice;
  throw new GatewayError('bad_request', {
    message: `The header ${name} must be one of ${choices.map((known) => `"${known}"`).join(', ')}.`,
    meta: { header: name },
  });
}
