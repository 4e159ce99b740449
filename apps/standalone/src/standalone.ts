import path from 'node:path';
import type { Clock, Random } from '#kernel';
import { AdapterRegistry, createShippedAdapters } from '#providers';
import { MigrationError } from '../../control-plane/src/database/migrations.js';
import { prepareDatabase } from '../../control-plane/src/database/prepare-database.js';
import { appEnvironments } from './app-environments.js';
import { DemoProvider } from './demo-provider/demo-provider.js';
import { readEnvironmentProviders } from './first-run/environment-providers.js';
import { Seed, type SeedResult } from './first-run/seed.js';
import { TenantSetup } from './first-run/tenant.js';
import { demoProviderAt, providerFrom, type WantedProvider } from './first-run/wanted-provider.js';
import { type LocalSecrets, loadLocalSecrets } from './local-secrets.js';
import { claimPort } from './network/claim-port.js';
import { EmbeddedPostgres } from './postgres/embedded-postgres.js';
import { ensureDatabase } from './postgres/ensure-database.js';
import { clearStaleLock } from './postgres/stale-lock.js';
import type { Printer } from './printer.js';
import { AppProcess } from './processes/app-process.js';
import { rotateLog } from './processes/log-file.js';
import type { Settings } from './settings.js';
import { StartupError } from './startup-error.js';
import { VarFolder } from './var-folder.js';

/** What a {@link Standalone} stands on. */
export interface StandaloneOptions {
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder that holds the compiled programs. */
  readonly distDir: string;
  readonly printer: Printer;
  readonly clock: Clock;
  readonly random: Random;
}

/** A running installation. */
export interface Running extends SeedResult {
  readonly providers: readonly WantedProvider[];
  /** What of the environment could not be used, as sentences. */
  readonly notes: readonly string[];
}

const DATABASE_NAME = 'gateway';

/** Everything on one machine: PostgreSQL, the control plane, the gateway, and what a first request needs. */
export class Standalone {
  readonly folder: VarFolder;
  /** How to stop what runs, the last started first. */
  private readonly stops: (() => Promise<void>)[] = [];
  private readonly parts: { readonly name: string; ended(): Promise<void> }[] = [];

  constructor(private readonly options: StandaloneOptions) {
    this.folder = new VarFolder(options.settings.varDir);
  }

  /**
   * Brings everything up and resolves when it can be used. Rejects with the signal's reason soon after it aborts; the
   * caller must then still {@link stop} what had started.
   */
  async start(signal: AbortSignal): Promise<Running> {
    const { settings, clock, random, printer } = this.options;
    const controlPlanePort = await claimPort(settings.controlPlanePort, 'STANDALONE_CONTROL_PLANE_PORT', clock);
    const gatewayPort = await claimPort(settings.gatewayPort, 'STANDALONE_GATEWAY_PORT', clock);
    await this.folder.prepare();
    if (settings.reset) await this.startOver();
    const secrets = await loadLocalSecrets(this.folder.secrets, random);
    const databaseUrl = await this.startPostgres(secrets);
    signal.throwIfAborted();
    const controlPlaneUrl = `http://127.0.0.1:${controlPlanePort}`;
    const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
    await this.startApps({ controlPlaneUrl, gatewayUrl, databaseUrl, secrets, signal });
    const tenantSetup = new TenantSetup(databaseUrl, clock, random);
    const fingerprintSecret = secrets.keyPepper;
    const seed = new Seed({ folder: this.folder, gatewayUrl, controlPlaneUrl, tenantSetup, fingerprintSecret });
    const { providers, notes } = await this.chooseProviders(seed, gatewayUrl);
    const result = await seed.apply(providers);
    signal.throwIfAborted();
    printer.say('Ready.');
    return { ...result, providers, notes };
  }

  /** Resolves with the name of the first part that ended by itself. */
  async ended(): Promise<string> {
    return Promise.race(this.parts.map((part) => part.ended().then(() => part.name)));
  }

  /** Stops everything, the last started first, so that each part can still use those below it. */
  async stop(): Promise<void> {
    for (let stop = this.stops.pop(); stop !== undefined; stop = this.stops.pop()) await stop();
  }

  private async startOver(): Promise<void> {
    const { printer, clock } = this.options;
    await clearStaleLock(this.folder.postgres, clock);
    await this.folder.reset();
    await this.folder.prepare();
    printer.say(`Deleted the data in ${this.folder.folder}.`);
  }

  private async startPostgres(secrets: LocalSecrets): Promise<string> {
    const { printer, clock } = this.options;
    printer.say('Starting PostgreSQL …');
    const logFile = this.folder.log('postgres');
    await rotateLog(logFile);
    const server = new EmbeddedPostgres({
      dataDir: this.folder.postgres,
      logFile,
      password: secrets.databasePassword,
      clock,
    });
    const administratorUrl = await server.start();
    this.stops.push(() => server.stop());
    this.parts.push({ name: 'PostgreSQL', ended: () => server.ended() });
    const databaseUrl = await ensureDatabase(administratorUrl, DATABASE_NAME);
    const migrations = await migrateDatabase(databaseUrl);
    if (migrations.length > 0) printer.say(`Migrated the database (${migrations.length} migrations).`);
    return databaseUrl;
  }

  private async startApps(wiring: {
    readonly controlPlaneUrl: string;
    readonly gatewayUrl: string;
    readonly databaseUrl: string;
    readonly secrets: LocalSecrets;
    readonly signal: AbortSignal;
  }): Promise<void> {
    this.options.printer.say('Starting the control plane and the gateway …');
    const environments = appEnvironments({
      ...wiring,
      spoolDir: this.folder.spool,
      inherited: this.options.environment,
    });
    // The gateway stops first: it can then still hand its last records of spend to the control plane.
    const controlPlane = await this.spawnApp('control plane', 'control-plane', environments.controlPlane);
    const gateway = await this.spawnApp('gateway', 'gateway', environments.gateway);
    await Promise.all([
      controlPlane.waitUntilReady(`${wiring.controlPlaneUrl}/readyz`, wiring.signal),
      gateway.waitUntilReady(`${wiring.gatewayUrl}/readyz`, wiring.signal),
    ]);
  }

  private async spawnApp(name: string, folder: string, environment: NodeJS.ProcessEnv): Promise<AppProcess> {
    const app = await AppProcess.spawn({
      name,
      mainFile: path.join(this.options.distDir, 'apps', folder, 'src', 'main.js'),
      environment,
      logFile: this.folder.log(folder),
      clock: this.options.clock,
    });
    this.stops.push(() => app.stop());
    this.parts.push(app);
    return app;
  }

  private async chooseProviders(seed: Seed, gatewayUrl: string): Promise<Pick<Running, 'providers' | 'notes'>> {
    const { environment, settings, clock } = this.options;
    const adapters = new AdapterRegistry(createShippedAdapters({ clock }));
    const isServed = (type: string): boolean => adapters.find(type) !== undefined;
    const { providers, notes } = readEnvironmentProviders(environment, { isServed, gatewayUrl });
    if (providers.length > 0) return { providers: providers.map(providerFrom), notes };
    if ((await seed.knownProviderKeys()).length > 0) return { providers: [], notes };
    const { provider, baseUrl } = await DemoProvider.listen(settings.demoPort, clock);
    this.stops.push(() => provider.close());
    return { providers: [demoProviderAt(baseUrl)], notes };
  }
}

async function migrateDatabase(databaseUrl: string): Promise<readonly string[]> {
  try {
    return (await prepareDatabase(databaseUrl)).migrations;
  } catch (cause) {
    if (!(cause instanceof MigrationError)) throw cause;
    throw new StartupError(`${cause.message} To start over without the old data: \`npm start -- --reset\`.`, { cause });
  }
}
