import type { ProviderAdapter } from '#providers';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import type { GatewayConfig } from './config/gateway-config.js';
import { ExchangeOpener } from './exchange/exchange-opener.js';
import { GatewayModule } from './gateway.module.js';
import type { GatewayVersion } from './gateway-version.js';
import type { TracingOptions } from './telemetry/tracing-options.js';

/** How long a client may take to send its request headers (contract 1.6). */
const HEADERS_TIMEOUT_MS = 10_000;

/** Idle connections are kept longer than the usual load balancer keeps them, so that it never hits a closing one. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

const HEADER_BYTES_MAX = 32 * 1024;

/**
 * Builds the gateway, not listening yet.
 *
 * No body is parsed by the server: handlers get it as an unread stream, because a request is authenticated before a
 * byte of its body is read.
 *
 * @param adapters Adapters besides those that come with the gateway. Default: none.
 */
export async function createGateway(
  config: GatewayConfig,
  version: GatewayVersion,
  tracing: TracingOptions,
  adapters: readonly ProviderAdapter[] = [],
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    http: { headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: HEADER_BYTES_MAX },
    requestTimeout: config.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // Sizes are the request body reader's business, which knows the limit before and after decompression.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.forRoot(config, version, tracing, adapters),
    adapter,
    {
      bodyParser: false,
      bufferLogs: true,
      abortOnError: false,
    },
  );
  app.useLogger(app.get(Logger));
  const server = adapter.getInstance();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.get(ExchangeOpener).attach(server);
  await app.init();
  await server.ready();
  return app;
}
