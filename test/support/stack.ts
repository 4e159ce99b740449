import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SystemClock, SystemRandom } from '#kernel';
import type { Kysely } from 'kysely';
import OpenAI, { type ClientOptions } from 'openai';
import { inject } from 'vitest';
import { openDatabase } from '../../apps/control-plane/src/database/database.js';
import type { Database, Row } from '../../apps/control-plane/src/database/schema.js';
import { TenantSetup } from '../../apps/standalone/src/first-run/tenant.js';
import { FakeUpstreamProcess } from './fake-upstream-process.js';
import { findServerPort } from './free-port.js';
import { ManagementClient, type CreatedKey } from './management-client.js';
import { MetricsPage } from './metrics.js';
import { createMigratedDatabase } from './migrated-database.js';
import { Server } from './server.js';
import { until } from './until.js';

/** Secrets of every stack. Each is a text of its own, so that a leak shows which one it was. */
export const SECRETS = {
  internal: 'leaked-internal-secret-0123456789abcdef',
  jwt: 'leaked-jwt-secret-0123456789abcdef-0123',
  pepper: 'leaked-key-pepper-0123456789abcdef-0123',
  sealingKey: Buffer.alloc(32, 'leaked-sealing').toString('base64'),
  providerKey: 'sk-leaked-provider-credential-0123456789',
};

/** The price of the primary provider: a thousandth of a dollar a token in, two out. Nano-USD per million tokens. */
export const PRIMARY_PRICE = { input: 1_000_000_000_000, output: 2_000_000_000_000 };

/** What a stack may do differently. */
export interface StackOptions {
  /** Environment variables of the gateway. */
  readonly gateway?: Readonly<Record<string, string>>;
  /** Environment variables of the control plane. */
  readonly controlPlane?: Readonly<Record<string, string>>;
}

/** A line of the ledger. */
export type LedgerRow = Row<'spend_ledger'>;

type Disposer = () => Promise<unknown>;

type StackParts = Pick<
  Stack,
  'upstream' | 'controlPlane' | 'gateway' | 'management' | 'database' | 'organizationId' | 'providerId' | 'key'
>;

/**
 * The whole product as real processes from `dist`: a control plane on a database of its own, a gateway, and a scripted
 * provider behind it, with one model provider and one virtual key.
 */
export class Stack {
  readonly upstream: FakeUpstreamProcess;
  readonly controlPlane: Server;
  readonly gateway: Server;
  readonly management: ManagementClient;
  readonly database: Kysely<Database>;
  readonly organizationId: string;
  /** The id of the model provider that {@link key} uses. */
  readonly providerId: string;
  /** The key that requests use unless they say otherwise. */
  readonly key: CreatedKey;

  private constructor(
    parts: StackParts,
    private readonly disposers: Disposer[],
  ) {
    this.upstream = parts.upstream;
    this.controlPlane = parts.controlPlane;
    this.gateway = parts.gateway;
    this.management = parts.management;
    this.database = parts.database;
    this.organizationId = parts.organizationId;
    this.providerId = parts.providerId;
    this.key = parts.key;
  }

  /** Starts everything. What had started is ended again when a part fails to. */
  static async start(options: StackOptions = {}): Promise<Stack> {
    const disposers: Disposer[] = [];
    try {
      return new Stack(await startParts(options, disposers), disposers);
    } catch (error) {
      await disposeAll(disposers);
      throw error;
    }
  }

  /** The official SDK as a client of the gateway. It does not retry unless told to. */
  openai(key: string = this.key.secret, options: ClientOptions = {}): OpenAI {
    return new OpenAI({ apiKey: key, baseURL: `${this.gateway.url}/v1`, maxRetries: 0, ...options });
  }

  /** The address of chat completions on the gateway. */
  get chatUrl(): string {
    return `${this.gateway.url}/v1/chat/completions`;
  }

  /** Headers of a JSON request with `key`. */
  headers(key: string = this.key.secret): Record<string, string> {
    return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  }

  /** Starts one more gateway, with a spool of its own. `changes` are environment variables. */
  async startGateway(changes: Readonly<Record<string, string>> = {}): Promise<Server> {
    const spoolDir = await mkdtemp(path.join(tmpdir(), 'gateway-test-spool-'));
    this.disposers.push(() => rm(spoolDir, { recursive: true, force: true }));
    const gateway = await createGateway(this.controlPlane.url, { LW_GATEWAY_SPEND_SPOOL_DIR: spoolDir, ...changes });
    this.disposers.push(() => gateway.dispose());
    await gateway.start();
    return gateway;
  }

  /** Registers one more model provider: the fake upstream under a path of its own. Answers its id. */
  async addProvider(name: string, changes: object = {}): Promise<string> {
    return this.management.createModelProvider(providerBody(this.upstream, name, changes));
  }

  /** Makes a key that uses the given model providers only; by default the one of {@link key}. */
  async addKey(
    body: { readonly config?: object } & Record<string, unknown> = {},
    providers = [this.providerId],
  ): Promise<CreatedKey> {
    return this.management.createVirtualKey({ ...body, config: { providersAllowed: providers, ...body.config } });
  }

  /** Every line of the ledger as of now, in the order of admission. */
  async ledger(): Promise<readonly LedgerRow[]> {
    return this.database.selectFrom('spend_ledger').selectAll().orderBy('admitted_at').execute();
  }

  /** Resolves with the ledger once `condition` holds for it. */
  async ledgerOnce(what: string, condition: (rows: readonly LedgerRow[]) => boolean): Promise<readonly LedgerRow[]> {
    return until(`the ledger: ${what}`, async () => {
      const rows = await this.ledger();
      return condition(rows) && rows;
    });
  }

  /** The line of one request, once it is settled. Several lines are a failure. */
  async settledLine(match: { requestId: string } | { endUserId: string }): Promise<LedgerRow> {
    const [column, value] =
      'requestId' in match
        ? (['gateway_request_id', match.requestId] as const)
        : (['end_user_id', match.endUserId] as const);
    return until(`a settled line of ${value}`, async () => {
      const rows = await this.database.selectFrom('spend_ledger').selectAll().where(column, '=', value).execute();
      if (rows.length > 1) throw new Error(`${value} has ${rows.length} lines in the ledger`);
      return rows[0]?.outcome ? rows[0] : undefined;
    });
  }

  /** The gateway's metrics as of now. */
  async metrics(): Promise<MetricsPage> {
    const response = await fetch(`${this.gateway.url}/metrics`);
    return new MetricsPage(await response.text());
  }

  /** Ends every process and drops the database. */
  async dispose(): Promise<void> {
    await disposeAll(this.disposers);
  }
}

async function startParts(options: StackOptions, disposers: Disposer[]): Promise<StackParts> {
  const { gateway: changes = {}, controlPlane: controlPlaneChanges = {} } = options;
  const { url: databaseUrl, drop } = await createMigratedDatabase(inject('postgresUrl'));
  disposers.push(drop);
  const spoolDir = await mkdtemp(path.join(tmpdir(), 'gateway-test-spool-'));
  disposers.push(() => rm(spoolDir, { recursive: true, force: true }));
  const upstream = await FakeUpstreamProcess.start();
  disposers.push(() => upstream.dispose());
  const controlPlane = await createControlPlane(databaseUrl, controlPlaneChanges);
  disposers.push(() => controlPlane.dispose());
  const gateway = await createGateway(controlPlane.url, { LW_GATEWAY_SPEND_SPOOL_DIR: spoolDir, ...changes });
  disposers.push(() => gateway.dispose());
  await Promise.all([controlPlane.start(), gateway.start()]);
  const database = openDatabase({ url: databaseUrl, connectionsMax: 2 });
  disposers.push(() => database.destroy());
  const tenants = new TenantSetup(databaseUrl, new SystemClock(), new SystemRandom());
  const { organizationId, projectId } = await tenants.createTenant();
  const adminKey = await tenants.mintAdminKey(organizationId);
  const management = new ManagementClient(controlPlane.url, adminKey, projectId);
  const provider = providerBody(upstream, 'primary', { default_price: PRIMARY_PRICE });
  const providerId = await management.createModelProvider(provider);
  const key = await management.createVirtualKey({ config: { providersAllowed: [providerId] } });
  return { upstream, controlPlane, gateway, management, database, organizationId, providerId, key };
}

/** The last started first, so that each part can still use those below it. */
async function disposeAll(disposers: Disposer[]): Promise<void> {
  for (let dispose = disposers.pop(); dispose !== undefined; dispose = disposers.pop()) await dispose();
}

async function createControlPlane(databaseUrl: string, changes: Readonly<Record<string, string>>): Promise<Server> {
  const address = `127.0.0.1:${await findServerPort()}`;
  return new Server(`http://${address}`, {
    main: 'apps/control-plane/src/main.js',
    environment: {
      CONTROL_PLANE_ADDR: address,
      DATABASE_URL: databaseUrl,
      LW_GATEWAY_INTERNAL_SECRET: SECRETS.internal,
      LW_GATEWAY_JWT_SECRET: SECRETS.jwt,
      LW_VIRTUAL_KEY_PEPPER: SECRETS.pepper,
      CONTROL_PLANE_SEALING_KEYS: `1:${SECRETS.sealingKey}`,
      LOG_LEVEL: 'debug',
      ...changes,
    },
  });
}

async function createGateway(controlPlaneUrl: string, changes: Readonly<Record<string, string>>): Promise<Server> {
  const address = `127.0.0.1:${await findServerPort()}`;
  return new Server(`http://${address}`, {
    main: 'apps/gateway/src/main.js',
    environment: {
      SERVER_ADDR: address,
      SERVER_DRAIN_DELAY_SECONDS: '0',
      SERVER_GRACEFUL_SECONDS: '60',
      LW_GATEWAY_BASE_URL: controlPlaneUrl,
      LW_GATEWAY_INTERNAL_SECRET: SECRETS.internal,
      LW_GATEWAY_JWT_SECRET: SECRETS.jwt,
      LOG_LEVEL: 'debug',
      // Tests make a provider fail on purpose, which must not close it to the tests after them.
      LW_GATEWAY_CIRCUIT_THRESHOLD: '10000',
      ...changes,
    },
  });
}

function providerBody(upstream: FakeUpstreamProcess, name: string, changes: object): object {
  return {
    name,
    type: 'custom',
    handle: name,
    base_url: `${upstream.url}/${name}/v1`,
    credentials: { api_key: SECRETS.providerKey },
    ...changes,
  };
}
