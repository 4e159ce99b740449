import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Logger } from 'pino';
import type { Fault } from '../errors/error-catalogue.js';
import { ERROR_CATALOGUE } from '../errors/error-catalogue.js';
import type { GatewayError } from '../errors/gateway-error.js';
import type { Exchange } from '../exchange/exchange.js';

/** How a request ended, as the log says it. */
export interface Completion {
  readonly status: number;
  readonly durationMs: number;
  readonly clientGone: boolean;
}

/** Log level of a failure by whose fault it is (contract 11.5). */
const FAILURE_LEVEL: Readonly<Record<Fault, 'info' | 'warn' | 'error'>> = {
  customer: 'info',
  provider: 'warn',
  platform: 'error',
};

/** One line per request and one per failure. Ids, names and numbers only: no key, no header, no body. */
@Injectable()
export class AccessLog {
  private readonly logger: Logger;

  constructor(pino: PinoLogger) {
    this.logger = pino.logger;
  }

  /** A request is over. */
  requestCompleted(exchange: Exchange, completion: Completion): void {
    const { bundleIfKnown: bundle, candidate, traceIds, errorCode } = exchange;
    this.logger.info(
      {
        route: exchange.endpoint.route,
        status: completion.status,
        duration: Math.round(completion.durationMs * 1000) / 1_000_000,
        request_id: exchange.requestId,
        client_request_id: exchange.clientRequestId === exchange.requestId ? undefined : exchange.clientRequestId,
        client_gone: completion.clientGone || undefined,
        error_code: errorCode,
        organization_id: bundle?.organizationId,
        project_id: bundle?.projectId,
        virtual_key_id: bundle?.virtualKeyId,
        provider: candidate?.modelProvider.family,
        model_provider_id: candidate?.modelProvider.id,
        trace_id: traceIds?.traceId,
        span_id: traceIds?.spanId,
      },
      'request_completed',
    );
  }

  /** The gateway refused a request or failed it; the line to alert on. */
  requestFailed(exchange: Exchange | undefined, error: GatewayError): void {
    const { fault, status } = ERROR_CATALOGUE[error.code];
    this.logger[FAILURE_LEVEL[fault]](
      {
        fault,
        code: error.code,
        status,
        message: error.message,
        request_id: exchange?.requestId,
        organization_id: exchange?.bundleIfKnown?.organizationId,
        project_id: exchange?.bundleIfKnown?.projectId,
        virtual_key_id: exchange?.bundleIfKnown?.virtualKeyId,
        cause: describeCause(error.cause),
      },
      'gateway_request_failed',
    );
  }
}

/** Name, code and message of a cause; bodies and headers that a library may hang on it stay out. */
function describeCause(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const code = 'code' in cause && typeof cause.code === 'string' ? ` ${cause.code}` : '';
  return `${cause.name}${code}: ${cause.message}`;
}
