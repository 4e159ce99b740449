import { KeyCache, type KeyDenied, type Resolution } from '#auth-cache';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { GatewayError } from '../errors/gateway-error.js';
import { exchangeOf, type Exchange } from '../exchange/exchange.js';
import { RequestBodyReader } from '../request-body/request-body-reader.js';
import { LiveExchanges } from './live-exchanges.js';
import { readPresentedKey } from './presented-key.js';

/**
 * Steps 1 and 2 of the chain: header → digest → key cache → bundle, and only then is the body read, if the endpoint
 * takes one.
 *
 * A request without a good key is refused with its body unread, so it costs neither memory nor time.
 */
@Injectable()
export class AuthInterceptor implements NestInterceptor {
  constructor(
    private readonly keys: KeyCache,
    private readonly bodies: RequestBodyReader,
    private readonly live: LiveExchanges,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const exchange = exchangeOf(request);
    const key = readPresentedKey(
      request.headers,
      exchange.endpoint.acceptsKeyInQuery === true ? request.url : undefined,
    );
    if (key === undefined) throw missingKey();
    const held = this.keys.resolve(key);
    admit(exchange, held instanceof Promise ? await held : held);
    const { endpoint } = exchange;
    if (endpoint.readRequest !== undefined) {
      if (exchange.bundle.onRevoke === 'cut') this.watch(exchange, key, http.getResponse<FastifyReply>());
      const body = await this.bodies.read(request, exchange.departure);
      exchange.request = endpoint.readRequest(body, request);
    }
    return next.handle();
  }

  private watch(exchange: Exchange, presentedKey: string, reply: FastifyReply): void {
    this.live.add(exchange, presentedKey);
    reply.raw.once('close', () => this.live.remove(exchange));
  }
}

function admit(exchange: Exchange, resolution: Resolution): void {
  if (!resolution.ok) throw denial(resolution);
  exchange.bundle = resolution.bundle;
}

function denial({ reason, retryAfterSeconds }: KeyDenied): GatewayError {
  return new GatewayError(reason, {
    closesConnection: true,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function missingKey(): GatewayError {
  return new GatewayError('invalid_api_key', {
    closesConnection: true,
    message:
      'The request carries no virtual key. Send it as "Authorization: Bearer <key>", or in one of the headers x-api-key, api-key, x-goog-api-key, xi-api-key.',
  });
}
