import type { FastifyReply } from 'fastify';

import type { CreateOutcome } from './idempotent-creates.js';

/** Tells the client that it reads an earlier answer again. */
const REPLAY_HEADER = 'x-idempotent-replay';

/** Sends the answer of a create, with `X-Idempotent-Replay: true` when it is a repeated one. */
export function answerCreate(reply: FastifyReply, outcome: CreateOutcome): unknown {
  if (outcome.isReplay) reply.header(REPLAY_HEADER, 'true');
  return outcome.answer;
}
