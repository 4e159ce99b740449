import {
  ControlPlaneUnavailableError,
  errorEnvelopeSchema,
  spendBatchResponseSchema,
  type ControlPlaneAnswer,
  type ControlPlaneClient,
} from '#gateway-protocol';
import type { z } from 'zod';
import { SpendShipper, type ShipAnswer } from './spend-shipper.js';

const SHIP_TIMEOUT_MS = 10_000;
/** Statuses that condemn the batch itself. Any other one (a wrong secret, a missing route, overload) can pass. */
const POISON_STATUSES: readonly number[] = [400, 413, 422];

/** Ships over `POST /spend-commands` (contract 3.12). */
export class ControlPlaneSpendShipper extends SpendShipper {
  constructor(private readonly client: ControlPlaneClient) {
    super();
  }

  override async ship(lines: readonly string[], signal: AbortSignal): Promise<ShipAnswer> {
    const body = `{"records":[${lines.join(',')}]}`;
    try {
      const call = { method: 'POST', path: '/spend-commands', body, timeoutMs: SHIP_TIMEOUT_MS, signal } as const;
      return judge(await this.client.request(call));
    } catch (error) {
      if (error instanceof ControlPlaneUnavailableError) return { kind: 'unavailable', reason: error.kind };
      if (signal.aborted) return { kind: 'unavailable', reason: 'aborted' };
      throw error;
    }
  }
}

function judge(answer: ControlPlaneAnswer): ShipAnswer {
  if (answer.status >= 200 && answer.status <= 299) {
    const taken = parseJson(spendBatchResponseSchema, answer.body);
    // An answer that is not the protocol's came from something else on the way: the records may not have arrived.
    return taken === undefined
      ? { kind: 'unavailable', reason: 'unreadable_answer' }
      : { kind: 'accepted', rejected: taken.rejected };
  }
  if (!POISON_STATUSES.includes(answer.status)) return { kind: 'unavailable', reason: `http_${answer.status}` };
  const code = parseJson(errorEnvelopeSchema, answer.body)?.error.code;
  return { kind: 'refused', code: code ?? `http_${answer.status}` };
}

function parseJson<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
