import type { ProviderAdapter } from '#providers';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import type { ControlPlaneConfig } from './config/control-plane-config.js';
import { ControlPlaneModule } from './control-plane.module.js';
import { ApiErrorFilter } from './errors/api-error.filter.js';
import { BODY_BYTES_MAX, keepRawBodies } from './http/raw-body.js';
import type { LogDestination } from './logging/logging.module.js';

/** How long a client may take to send a whole request. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Ids in paths are short. */
const PATH_PARAMETER_CHARACTERS_MAX = 300;

/**
 * Builds the control plane without listening. Its database must be migrated.
 *
 * @param logDestination Default: standard output.
 * @param adapters Adapters besides those that come with it. Default: none.
 */
export async function createControlPlane(
  config: ControlPlaneConfig,
  logDestination?: LogDestination,
  adapters: readonly ProviderAdapter[] = [],
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A shutdown must not wait for connections on which nothing happens.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: PATH_PARAMETER_CHARACTERS_MAX },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ControlPlaneModule.forRoot(config, logDestination, adapters),
    adapter,
    { bodyParser: false, bufferLogs: true, abortOnError: false },
  );
  app.useLogger(app.get(Logger));
  app.useGlobalFilters(new ApiErrorFilter());
  keepRawBodies(app);
  return app;
}
