import { scanTopLevel } from '#providers';
import type { FastifyRequest } from 'fastify';
import type { Exchange } from '../exchange/exchange.js';

const MEMBERS: ReadonlySet<string> = new Set(['drop_tuning_params']);

/**
 * Whether a request must be carried whole or not at all: its key says so, or its `X-LangWatch-Strict: true` header, or
 * `drop_tuning_params: false` in its body (contract 8.4). Default: false.
 */
export function isStrict({ headers }: FastifyRequest, { bundle }: Exchange, body: Buffer): boolean {
  return bundle.strictTranslation || headers['x-langwatch-strict'] === 'true' || refusesDrops(body);
}

function refusesDrops(body: Buffer): boolean {
  const value = scanTopLevel(body, MEMBERS).members.get('drop_tuning_params')?.value;
  return value !== undefined && body.toString('latin1', value.start, value.end) === 'false';
}
