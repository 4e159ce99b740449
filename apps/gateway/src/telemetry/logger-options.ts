import { pino, type DestinationStream, type LoggerOptions } from 'pino';
import type { Options } from 'pino-http';
import pretty from 'pino-pretty';
import type { GatewayConfig } from '../config/gateway-config.js';
import type { GatewayVersion } from '../gateway-version.js';
import { SERVICE_NAME } from './service-name.js';

/** Log lines that may wait in memory before they are written, in bytes, and for how long. */
const BUFFER_BYTES = 4096;
const FLUSH_INTERVAL_MS = 500;

/**
 * Structured logs on standard error (contract 11.5): level, time and service on every line. Requests and responses are
 * never serialised, so no header and no body can slip in.
 */
export function loggerOptions(config: GatewayConfig, version: GatewayVersion): [Options, DestinationStream] {
  const options: LoggerOptions = {
    level: config.logLevel,
    base: { service: SERVICE_NAME, version: version.text, env: config.environment },
    messageKey: 'msg',
    timestamp: () => `,"ts":${Date.now() / 1000}`,
    formatters: { level: (label) => ({ level: label }) },
  };
  return [{ ...options, autoLogging: false, quietReqLogger: true }, destinationOf(config)];
}

function destinationOf({ logFormat }: GatewayConfig): DestinationStream {
  if (logFormat === 'pretty') return pretty({ destination: 2, timestampKey: 'ts', messageKey: 'msg', sync: true });
  return pino.destination({ dest: 2, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_INTERVAL_MS });
}
