import { Clock, Random } from '#kernel';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DrainState } from '../lifecycle/drain-state.js';
import { AccessLog } from '../telemetry/access-log.js';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import { RequestRate } from '../telemetry/request-rate.js';
import { RequestTracer } from '../telemetry/request-tracer.js';
import { readEndUserId } from './end-user-id.js';
import type { Endpoint, EndpointChoice } from './endpoint.js';
import { Exchange } from './exchange.js';

/** Longest client request id that is echoed and logged; a longer one is replaced by ours. */
const CLIENT_REQUEST_ID_CHARACTERS_MAX = 256;

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set on public endpoints; the exchange is opened for these routes only. */
    endpoint?: EndpointChoice;
  }
}

/** Opens an exchange when a request arrives on a public endpoint, and closes it when its connection is done with it. */
@Injectable()
export class ExchangeOpener {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly metrics: GatewayMetrics,
    private readonly rate: RequestRate,
    private readonly tracer: RequestTracer,
    private readonly log: AccessLog,
    private readonly drain: DrainState,
  ) {}

  /** Hooks into `server`. Call once, before it listens. */
  attach(server: FastifyInstance): void {
    // Declared up front, so that all requests have one shape.
    server.decorateRequest('exchange', undefined);
    server.addHook('onRequest', (request, reply, done) => {
      // A drained replica must not be picked again through a kept-alive connection.
      if (this.drain.draining) reply.raw.shouldKeepAlive = false;
      const { endpoint } = request.routeOptions.config;
      if (endpoint !== undefined) {
        this.open(typeof endpoint === 'function' ? endpoint(request.url) : endpoint, request, reply);
      }
      done();
    });
  }

  private open(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply): void {
    const requestId = `req_${Buffer.from(this.random.bytes(15)).toString('hex')}`;
    const identity = {
      requestId,
      clientRequestId: readClientRequestId(request.headers['x-request-id']) ?? requestId,
      endpoint,
      method: request.method,
      receivedAtMs: this.clock.now(),
      startedAtMs: this.clock.monotonicMs(),
      endUserId: readEndUserId(request.headers),
    };
    const exchange = new Exchange(identity, reply.raw);
    request.exchange = exchange;
    this.metrics.requestStarted();
    this.rate.count();
    this.tracer.startRequest(exchange, request.headers);
    reply.raw.once('close', () => this.close(exchange, reply));
  }

  private close(exchange: Exchange, { raw }: FastifyReply): void {
    exchange.keepAlive?.stop();
    const gone = !raw.writableFinished;
    if (gone) exchange.departure.announce();
    const status = gone && !raw.headersSent ? 499 : raw.statusCode;
    const durationMs = this.clock.monotonicMs() - exchange.startedAtMs;
    if (exchange.streaming) this.metrics.streamEnded();
    this.metrics.requestEnded(exchange, status, durationMs);
    this.tracer.endRequest(exchange, status);
    this.log.requestCompleted(exchange, { status, durationMs, clientGone: gone });
  }
}

function readClientRequestId(header: string | string[] | undefined): string | undefined {
  const id = Array.isArray(header) ? header[0] : header;
  if (id === undefined || id.length > CLIENT_REQUEST_ID_CHARACTERS_MAX) return undefined;
  return VISIBLE_ASCII.test(id) ? id : undefined;
}
