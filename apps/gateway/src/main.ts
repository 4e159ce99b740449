import 'reflect-metadata';
import { SystemClock } from '#kernel';
import { PluginError, loadPlugins, type ProviderAdapter } from '#providers';
import { Logger } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { ConfigError, readGatewayConfig, type GatewayConfig } from './config/gateway-config.js';
import { createGateway } from './create-gateway.js';
import { GatewayVersion } from './gateway-version.js';
import { describeAddress, Shutdown } from './lifecycle/shutdown.js';
import { logBootWarnings } from './lifecycle/boot-warnings.js';
import { readPackageVersion } from './lifecycle/package-version.js';
import { TracingOptions, wantsTracing } from './telemetry/tracing-options.js';

/** Exit code of a start that was refused because of its configuration. */
const EXIT_CONFIG = 78;

/** How long the last log lines may take to be written. */
const LOG_FLUSH_MS_MAX = 1_000;

const config = readConfigOrExit();
const adapters = await loadPluginsOrExit(config.plugins);
const version = new GatewayVersion(readPackageVersion());
// Loaded only when it is wanted, because it costs memory and time to start.
const tracing = wantsTracing(config)
  ? (await import('./telemetry/tracing-sdk.js')).startTracing(config, version.text)
  : undefined;
const app = await createGateway(config, version, new TracingOptions(tracing !== undefined), adapters);
const logger = new Logger('Gateway');
const shutdown = new Shutdown(app);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
// A parent that started us and dies takes us along, so that no gateway is left behind without an owner.
if (process.send !== undefined) process.on('disconnect', () => void stop('parent is gone'));

logBootWarnings(config, logger);
const { host, port } = splitAddress(config.serverAddress);
try {
  await app.listen(port, host);
} catch (error) {
  exitOnListenError(error);
}
logger.log({ msg: 'aigateway_starting', addr: describeAddress(app.getHttpServer().address()) });
// With a callback, because a parent that died during the start would otherwise be an uncaught error.
process.send?.('listening', undefined, {}, (error) => {
  if (error !== null) void stop('parent is gone');
});

async function stop(reason: string): Promise<void> {
  await shutdown.run(reason);
  await tracing?.shutdown();
  await flushLogs();
  process.exit(0);
}

/**
 * Writes the log lines that still wait. The flush at exit would try a pipe that nobody reads for ever; this one notices
 * that it is broken, and nothing is left to flush then.
 */
async function flushLogs(): Promise<void> {
  const flushed = new Promise<void>((resolve) => PinoLogger.root.flush(() => resolve()));
  await Promise.race([flushed, new SystemClock().sleep(LOG_FLUSH_MS_MAX)]);
}

function readConfigOrExit(): GatewayConfig {
  try {
    return readGatewayConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

async function loadPluginsOrExit(plugins: readonly string[]): Promise<readonly ProviderAdapter[]> {
  try {
    return await loadPlugins(plugins, { clock: new SystemClock(), workingDir: process.cwd() });
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

function exitOnListenError(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const mend = code === 'EADDRINUSE' ? 'Stop what uses it, or set SERVER_ADDR to another.' : 'Check SERVER_ADDR.';
  process.stderr.write(`The gateway cannot listen on ${config.serverAddress} (${code}). ${mend}\n`);
  process.exit(1);
}

/** `:5563` is every interface; `[::1]:5563` and `127.0.0.1:5563` are one. */
function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host: host === '' ? '0.0.0.0' : host, port: Number(address.slice(colon + 1)) };
}
