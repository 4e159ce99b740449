import { type Kysely, sql } from 'kysely';
import { SystemClock, SystemRandom } from '#kernel';
import type { Database } from '../../apps/control-plane/src/database/schema.js';
import { RowIds } from '../../apps/control-plane/src/ids/row-ids.js';
import { Organizations } from '../../apps/control-plane/src/organizations/organizations.js';
import { KeyHasher } from '../../apps/control-plane/src/secrets/key-hasher.js';
import { KeySecrets } from '../../apps/control-plane/src/secrets/key-secrets.js';
import { Sealer } from '../../apps/control-plane/src/secrets/sealer.js';
import { mintKey } from '../../apps/control-plane/src/virtual-keys/mint-key.js';

const ORGANIZATIONS = 10;
const PROVIDERS = 3;
const ROWS_PER_INSERT = 1_000;
/** One key in so many has a budget of its own; every key also counts against its organization's. */
const OWN_BUDGET_EVERY = 10;

const random = new SystemRandom();
const ids = new RowIds(new SystemClock(), random);

/** What the rows are hashed and sealed with. */
export interface BenchSecrets {
  readonly pepper: string;
  readonly sealingKey: Uint8Array;
}

/** Fills a database with `keyCount` active keys in ten organizations, each with three model providers and a budget. */
export async function seedKeys(database: Kysely<Database>, keyCount: number, secrets: BenchSecrets): Promise<void> {
  const sealer = new Sealer([{ version: 1, key: secrets.sealingKey }], random);
  const keySecrets = new KeySecrets(new KeyHasher(secrets.pepper), sealer);
  for (let index = 0; index < ORGANIZATIONS; index += 1) {
    const owner = await seedOrganization(database, sealer);
    const count = Math.ceil((keyCount - index) / ORGANIZATIONS);
    for (let start = 0; start < count; start += ROWS_PER_INSERT) {
      await seedSomeKeys(database, keySecrets, owner, Math.min(ROWS_PER_INSERT, count - start));
    }
  }
  // What the server does by itself within a minute of such a load.
  await sql`ANALYZE`.execute(database);
}

interface Owner {
  readonly organizationId: string;
  readonly projectId: string;
}

async function seedOrganization(database: Kysely<Database>, sealer: Sealer): Promise<Owner> {
  const organizations = new Organizations(database, ids);
  const { id: organizationId } = await organizations.createOrganization({ name: 'Bench' });
  const { id: teamId } = await organizations.createTeam({ organizationId, name: 'Team' });
  const { id: projectId } = await organizations.createProject({ organizationId, teamId, name: 'Project' });
  const providers = Array.from({ length: PROVIDERS }, (_, index) => {
    const id = ids.create('mp');
    const sealed = sealer.seal(JSON.stringify({ api_key: `sk-bench-${index}` }), id);
    return {
      id,
      organization_id: organizationId,
      scope_type: 'organization' as const,
      scope_id: organizationId,
      name: `provider ${index}`,
      type: 'openai',
      sealed_credentials: sealed.bytes,
      sealing_key_version: sealed.keyVersion,
    };
  });
  await database.insertInto('model_providers').values(providers).execute();
  await database
    .insertInto('budgets')
    .values(budgetOf(organizationId, 'organization', organizationId))
    .execute();
  return { organizationId, projectId };
}

async function seedSomeKeys(
  database: Kysely<Database>,
  secrets: KeySecrets,
  { organizationId, projectId }: Owner,
  count: number,
): Promise<void> {
  const keys = Array.from({ length: count }, () => {
    const id = ids.create('vk');
    const { secret, displayPrefix } = mintKey('live', random);
    return {
      id,
      organization_id: organizationId,
      name: 'key',
      ...secrets.store(secret, id),
      display_prefix: displayPrefix,
      trace_project_id: projectId,
      routing_mode: 'fallback_all' as const,
      config: JSON.stringify({ modelAliases: { fast: 'gpt-5-mini' }, rateLimits: { rpm: 600 } }),
    };
  });
  await database.insertInto('virtual_keys').values(keys).execute();
  const scopes = keys.map(({ id }) => ({
    organization_id: organizationId,
    virtual_key_id: id,
    scope_type: 'project' as const,
    scope_id: projectId,
  }));
  await database.insertInto('virtual_key_scopes').values(scopes).execute();
  const own = keys.filter((_, index) => index % OWN_BUDGET_EVERY === 0);
  const budgets = own.map(({ id }) => budgetOf(organizationId, 'virtual_key', id));
  await database.insertInto('budgets').values(budgets).execute();
}

function budgetOf(organizationId: string, scopeType: 'organization' | 'virtual_key', scopeId: string) {
  return {
    id: ids.create('bud'),
    organization_id: organizationId,
    scope_type: scopeType,
    scope_id: scopeId,
    name: 'budget',
    window: 'month' as const,
    limit_nano_usd: 1_000_000_000_000n,
  };
}
