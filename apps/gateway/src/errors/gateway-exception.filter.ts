import type { KeyEndReason } from '#auth-cache';
import type { Dialect } from '#providers';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { identityHeaders } from '../exchange/exchange.js';
import { GatewayVersion } from '../gateway-version.js';
import { AccessLog } from '../telemetry/access-log.js';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import type { ErrorCode } from './error-catalogue.js';
import { GatewayError } from './gateway-error.js';
import { modelErrorOf } from './model-error.js';
import { renderError } from './render-error.js';

/** Codes of what Nest itself refuses. */
const HTTP_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'payload_too_large',
};

/** The one place where a thrown error becomes an answer: in the caller's dialect, with a code, and without internals. */
@Catch()
export class GatewayExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly log: AccessLog,
    private readonly metrics: GatewayMetrics,
    private readonly version: GatewayVersion,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const exchange = http.getRequest<FastifyRequest>().exchange;
    const error = toGatewayError(thrown, exchange?.departure.keyEnd);
    if (exchange !== undefined) exchange.errorCode = error.code;
    this.log.requestFailed(exchange, error);
    const virtualKeyId = exchange?.bundleIfKnown?.virtualKeyId;
    // A key that runs into its ceiling is no mistake of its owner, and would drown those that are.
    if (virtualKeyId !== undefined && error.entry.fault === 'customer' && error.code !== 'rate_limit_exceeded') {
      this.metrics.clientRejected(error.code, virtualKeyId);
    }
    if (exchange?.failInBand(modelErrorOf(error.code, error.message)) === true) return;
    if (reply.raw.headersSent) {
      // Past the commit point there is no other way to say that the answer is not whole.
      reply.raw.destroy();
      return;
    }
    const { retryAfterSeconds, closesConnection, headers } = error.detail;
    void reply
      .code(error.entry.status)
      .headers({
        ...(exchange === undefined
          ? { 'x-langwatch-gateway-version': this.version.text }
          : identityHeaders(exchange, this.version.text)),
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'x-langwatch-handled-error': error.code,
        ...headers,
        ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) }),
        ...(closesConnection === true ? { connection: 'close' } : {}),
      })
      .send(
        renderError(exchange?.endpoint.dialect ?? dialectOfPath(http.getRequest<FastifyRequest>().url), error, {
          requestId: exchange?.requestId,
          trace: exchange?.traceIds,
        }),
      );
  }
}

/** The dialect of a client that asks for something that does not exist, as far as the path tells. */
function dialectOfPath(url: string): Dialect {
  if (url.startsWith('/v1beta/')) return 'gemini';
  return url.startsWith('/v1/messages') ? 'anthropic-messages' : 'openai-chat';
}

function toGatewayError(thrown: unknown, keyEnd: KeyEndReason | undefined): GatewayError {
  // Whatever failed, it did so because the exchange was cut; what is left of the request is not read.
  if (keyEnd !== undefined) return new GatewayError(keyEnd, { closesConnection: true });
  if (thrown instanceof GatewayError) return thrown;
  const code = thrown instanceof HttpException ? HTTP_CODES[thrown.getStatus()] : undefined;
  return new GatewayError(code ?? 'internal_error', { cause: thrown });
}
