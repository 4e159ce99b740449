import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DynamicModule, Module, RequestMethod } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { GATEWAY_PROTOCOL_PREFIX } from '#gateway-protocol';
import type { ControlPlaneConfig } from '../config/control-plane-config.js';
import { describeError } from './describe-error.js';
import { prettyLine } from './pretty-stream.js';

/** Where log lines go. Default: standard output. */
export interface LogDestination {
  write(line: string): void;
}

/**
 * Logs of requests and of everything else, one JSON object per line.
 *
 * Of a request only method, path and status are logged: headers carry keys and signatures, bodies and query strings may
 * carry anything.
 */
@Module({})
export class LoggingModule {
  static forRoot(config: ControlPlaneConfig, destination: LogDestination = process.stdout): DynamicModule {
    const pretty: LogDestination = { write: (line) => destination.write(prettyLine(line)) };
    return {
      module: LoggingModule,
      imports: [
        LoggerModule.forRoot({
          // The default pattern matches no route on this framework version, without a word.
          forRoutes: [{ path: '/{*splat}', method: RequestMethod.ALL }],
          pinoHttp: [
            {
              level: config.logLevel,
              serializers: {
                req: (request: { method: string; url: string }) => ({
                  method: request.method,
                  path: pathOf(request.url),
                }),
                res: (response: { statusCode: number }) => ({ status: response.statusCode }),
                err: describeError,
              },
              customLogLevel: levelOf,
            },
            config.logFormat === 'pretty' ? pretty : destination,
          ],
        }),
      ],
    };
  }
}

/** Successful calls of gateways and probes are the normal hum of the house. */
function levelOf(request: IncomingMessage, response: ServerResponse, error?: Error): 'debug' | 'info' | 'error' {
  if (error !== undefined || response.statusCode >= 500) return 'error';
  const path = pathOf(request.url ?? '');
  const isHum = path.startsWith(GATEWAY_PROTOCOL_PREFIX) || path === '/healthz' || path === '/readyz';
  return isHum && response.statusCode < 400 ? 'debug' : 'info';
}

function pathOf(url: string): string {
  return url.split('?', 1).join('');
}
