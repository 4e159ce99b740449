import type { ServerResponse } from 'node:http';
import { StopSource } from '#retry';
import { Attempt } from '../attempt.js';
import type { Endpoint } from '../endpoint.js';
import { Exchange, type ExchangeIdentity } from '../exchange.js';
import type { Candidate } from '../../routing/candidate.js';

const ENDPOINT: Endpoint = {
  route: '/v1/chat/completions',
  dialect: 'openai-chat',
  operation: 'generate',
  requestType: 'chat',
  spanName: 'lw_gateway.chat_completions',
};

/** An exchange that has just arrived, at a fixed time, with a response that only knows whether its headers were sent. */
export function anExchange(identity: Partial<ExchangeIdentity> = {}, headersSent = false): Exchange {
  const response = { headersSent } as ServerResponse;
  return new Exchange(
    {
      requestId: 'req_1',
      clientRequestId: 'req_1',
      endpoint: ENDPOINT,
      method: 'POST',
      receivedAtMs: 1_000,
      startedAtMs: 1_000,
      endUserId: undefined,
      ...identity,
    },
    response,
  );
}

/** The first attempt at a candidate, without a limit that matters. */
export function anAttempt(candidate: Candidate, index = 0): Attempt {
  const control = { answering: () => undefined, cancelled: new StopSource(), repeat: 1 };
  const limits = {
    connectMs: 1_000,
    headersMs: 1_000,
    firstTokenMs: 1_000,
    betweenTokensMs: 1_000,
    totalMs: 1_000,
    deadlineMs: Infinity,
  };
  return new Attempt(candidate, index, control, limits, false);
}
