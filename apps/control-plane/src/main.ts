import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Clock, SystemClock } from '#kernel';
import { loadPlugins, PluginError } from '#providers';
import { describeRotations } from './config/describe-rotations.js';
import { ConfigError, readConfig } from './config/read-config.js';
import { createControlPlane } from './create-control-plane.js';
import { isDatabaseUnavailable } from './database/database-unavailable.js';
import { MigrationError, readMigrations } from './database/migrations.js';
import { assertMigrated } from './database/migrator.js';

const IDLE_CHECK_INTERVAL_MS = 100;

/** Serves until it is told to stop: by SIGTERM, SIGINT, or the end of the process that started it with a channel. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const adapters = await loadPlugins(config.plugins, { clock: new SystemClock(), workingDir: process.cwd() });
  await assertMigrated(config.databaseUrl, await readMigrations());
  const app = await createControlPlane(config, undefined, adapters);
  await app.listen({ host: config.host, port: config.port });
  for (const warning of describeRotations(config)) new Logger('Secrets').warn(warning);
  new Logger('ControlPlane').log(`listening on ${await app.getUrl()}`);
  const stop = once(() => void shutDown(app, config.shutdownGraceMs));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
}

async function shutDown(app: NestFastifyApplication, graceMs: number): Promise<void> {
  const clock = new SystemClock();
  const closed = app.close().then(
    () => 0,
    () => 1,
  );
  const overdue = clock.sleep(graceMs).then(() => 1);
  void closeIdleConnections(app, clock);
  process.exit(await Promise.race([closed, overdue]));
}

/** A connection that was busy when the listener closed would be kept alive after its answer, and the process with it. */
async function closeIdleConnections(app: NestFastifyApplication, clock: Clock): Promise<void> {
  for (;;) {
    app.getHttpServer().closeIdleConnections();
    await clock.sleep(IDLE_CHECK_INTERVAL_MS);
  }
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}

/** One clear sentence for what the operator can mend; everything else with its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof MigrationError || error instanceof PluginError) {
    return error.message;
  }
  if (isDatabaseUnavailable(error)) {
    const reason = error instanceof AggregateError ? String(error.errors[0]) : String(error);
    return `The database cannot be reached: start it, or correct DATABASE_URL (${reason}).`;
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return 'The address is in use: stop what listens there, or set CONTROL_PLANE_ADDR to another one.';
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
