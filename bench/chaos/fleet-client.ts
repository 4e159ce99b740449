import type { Clock } from '#kernel';
import { Pool } from 'undici';
import { CHAT_PATH, requestBody, requestIdHeader } from './wire.js';

/** How long a client waits for one gateway before it turns to another, unless it is told otherwise. */
const ATTEMPT_MS_MAX = 2_000;

/** How long a gateway that failed is left alone, except for one request at a time that tries it. */
const EJECTION_MS = 2_000;
const CONNECTIONS_MAX = 256;

/**
 * Requests that may be given up at a gateway at once, and how many more for each further request. Clients without such
 * a budget turn away from servers that are merely busy, and keep them busy with it.
 */
const GIVE_UPS_MAX = 400;
const GIVE_UPS_PER_REQUEST = 0.1;

/** How long a client waits that may not give up. */
const PATIENCE_MS = 30_000;

/** What a client got in the end. */
export interface FleetAnswer {
  /** 0 when no gateway answered. */
  readonly status: number;
  /** The gateway's id of the request that was answered; undefined without an answer. */
  readonly requestId: string | undefined;
  /** Gateways that were tried. */
  readonly attempts: number;
  /** The answer's body, or why there is none. */
  readonly text: string;
}

interface Gateway {
  readonly pool: Pool;
  /** 0 while it answers. */
  ejectedUntilMs: number;
  underWay: number;
}

/**
 * Calls a fleet of gateways as clients behind a simple load balancer do: one that gives no answer is left alone for a
 * moment, and its requests go to the others. An answer, of whatever status, is final.
 */
export class FleetClient implements AsyncDisposable {
  private readonly gateways: readonly Gateway[];
  private giveUps = GIVE_UPS_MAX;

  /** @param attemptMsMax How long one gateway is waited for, milliseconds. Default 2,000. */
  constructor(
    urls: readonly string[],
    private readonly clock: Clock,
    private readonly attemptMsMax = ATTEMPT_MS_MAX,
  ) {
    this.gateways = urls.map((url) => ({
      pool: new Pool(url, { connections: CONNECTIONS_MAX, connect: { timeout: attemptMsMax } }),
      ejectedUntilMs: 0,
      underWay: 0,
    }));
  }

  /** Makes a request with `key`, first at the gateway number `home`. Never rejects. */
  async ask(key: string, home: number): Promise<FleetAnswer> {
    let answer = noAnswer('there is no gateway', 0);
    for (const [index, gateway] of this.inOrder(home).entries()) {
      answer = await this.askGateway(gateway, key, index + 1);
      if (answer.status !== 0) return answer;
    }
    return answer;
  }

  /** Makes a request at one gateway only, whatever is known of it. Never rejects. */
  async askOnly(key: string, home: number): Promise<FleetAnswer> {
    const gateway = this.gateways[home];
    return gateway === undefined ? noAnswer('there is no such gateway', 0) : this.askGateway(gateway, key, 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.gateways.map(({ pool }) => pool.destroy()));
  }

  private async askGateway(gateway: Gateway, key: string, attempts: number): Promise<FleetAnswer> {
    gateway.underWay += 1;
    this.giveUps = Math.min(GIVE_UPS_MAX, this.giveUps + GIVE_UPS_PER_REQUEST);
    try {
      const { statusCode, headers, body } = await gateway.pool.request({
        method: 'POST',
        path: CHAT_PATH,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: requestBody,
        signal: AbortSignal.timeout(this.giveUps >= 1 ? this.attemptMsMax : PATIENCE_MS),
      });
      const text = await body.text();
      gateway.ejectedUntilMs = 0;
      return { status: statusCode, requestId: requestIdHeader(headers), attempts, text };
    } catch (error) {
      this.giveUps -= 1;
      gateway.ejectedUntilMs = this.clock.monotonicMs() + EJECTION_MS;
      return noAnswer(error instanceof Error ? error.message : String(error), attempts);
    } finally {
      gateway.underWay -= 1;
    }
  }

  /** The home gateway and then the others; those that failed lately come last, unless it is time to try them again. */
  private inOrder(home: number): readonly Gateway[] {
    const { gateways } = this;
    const rotated = [...gateways.slice(home), ...gateways.slice(0, home)];
    const nowMs = this.clock.monotonicMs();
    const isOut = (gateway: Gateway): boolean =>
      gateway.ejectedUntilMs > 0 && (gateway.ejectedUntilMs > nowMs || gateway.underWay > 0);
    return [...rotated.filter((gateway) => !isOut(gateway)), ...rotated.filter(isOut)];
  }
}

function noAnswer(text: string, attempts: number): FleetAnswer {
  return { status: 0, requestId: undefined, attempts, text };
}
