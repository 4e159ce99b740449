import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemRandom, type Clock } from '#kernel';
import { openDatabase } from '../../apps/control-plane/src/database/database.js';
import { TenantSetup } from '../../apps/standalone/src/first-run/tenant.js';
import { findFreePort } from '../../apps/standalone/src/network/ports.js';
import { FakeUpstream } from '../../libs/providers/src/testing/index.js';
import { ManagementClient } from '../../test/support/management-client.js';
import { appProgram } from '../chaos/app-program.js';
import { CONTROL_PLANE_SECRETS, FLEET_SECRETS } from '../chaos/fleet.js';
import { PostgresServer } from '../chaos/postgres-server.js';
import { RIG_GATEWAY_SETTINGS, type Rig } from './rig.js';

/** Starts the product from `dist`, a PostgreSQL and a fake upstream. Disposing of it ends all of them. */
export async function startRig(clock: Clock): Promise<Rig & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'gateway-reliability-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const postgres = stack.use(await PostgresServer.start(clock));
  const upstream = await FakeUpstream.start();
  stack.defer(() => upstream.stop());
  const migration = appProgram({ name: 'migrate', folder, clock, environment: { DATABASE_URL: postgres.url } });
  if ((await migration.run()) !== 0) throw new Error(`the migration failed: ${migration.outputTail}`);
  const start = async (name: string, addressName: string, environment: Record<string, string>): Promise<string> => {
    const address = `127.0.0.1:${await findFreePort()}`;
    const url = `http://${address}`;
    const program = appProgram({
      name,
      folder,
      clock,
      readyUrl: `${url}/readyz`,
      environment: { [addressName]: address, LOG_LEVEL: 'warn', ...FLEET_SECRETS, ...environment },
    });
    stack.use(program);
    await program.start();
    return url;
  };
  const controlPlaneUrl = await start('control-plane', 'CONTROL_PLANE_ADDR', {
    DATABASE_URL: postgres.url,
    ...CONTROL_PLANE_SECRETS,
  });
  const gatewayUrl = await start('gateway-1', 'SERVER_ADDR', {
    SERVER_DRAIN_DELAY_SECONDS: '0',
    LW_GATEWAY_BASE_URL: controlPlaneUrl,
    LW_GATEWAY_SPEND_SPOOL_DIR: join(folder, 'spool'),
    ...RIG_GATEWAY_SETTINGS,
  });
  const database = openDatabase({ url: postgres.url, connectionsMax: 2 });
  stack.defer(() => database.destroy());
  const setup = new TenantSetup(postgres.url, clock, new SystemRandom());
  const { organizationId, projectId } = await setup.createTenant();
  const management = new ManagementClient(controlPlaneUrl, await setup.mintAdminKey(organizationId), projectId);
  const owned = stack.move();
  return {
    gatewayUrl,
    upstreamUrl: upstream.url,
    management,
    database,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
