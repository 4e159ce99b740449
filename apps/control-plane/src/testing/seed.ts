import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { SystemClock, SystemRandom } from '#kernel';
import type { Database, NewRow, Row } from '../database/schema.js';
import { RowIds } from '../ids/row-ids.js';
import { Organizations } from '../organizations/organizations.js';
import { routingPolicySettingsSchema } from '../routing-policies/routing-policy-settings.js';
import { KeyHasher } from '../secrets/key-hasher.js';
import { KeySecrets } from '../secrets/key-secrets.js';
import { Sealer } from '../secrets/sealer.js';
import { testConfig } from './control-plane.js';

/** An organization with one team, one project in it, and what tests put below them. */
export class Seed {
  static readonly ids = new RowIds(new SystemClock(), new SystemRandom());

  private constructor(
    readonly database: Kysely<Database>,
    readonly organization: Row<'organizations'>,
    readonly team: Row<'teams'>,
    readonly project: Row<'projects'>,
  ) {}

  /** Creates organization, team and project. */
  static async create(database: Kysely<Database>): Promise<Seed> {
    const organizations = new Organizations(database, Seed.ids);
    const organization = await organizations.createOrganization({ name: 'Example' });
    const team = await organizations.createTeam({ organizationId: organization.id, name: 'Team' });
    const project = await organizations.createProject({
      organizationId: organization.id,
      teamId: team.id,
      name: 'Project',
    });
    return new Seed(database, organization, team, project);
  }

  /** Creates a virtual key of the project; `secret` must look like one. */
  async virtualKey(secret: string, changes: Partial<NewRow<'virtual_keys'>> = {}): Promise<Row<'virtual_keys'>> {
    const id = changes.id ?? Seed.ids.create('vk');
    const { keyPepper, sealingKeys } = testConfig('');
    const secrets = new KeySecrets(new KeyHasher(keyPepper), new Sealer(sealingKeys, new SystemRandom()));
    const key = await this.database
      .insertInto('virtual_keys')
      .values({
        id,
        organization_id: this.organization.id,
        name: 'key',
        ...secrets.store(secret, id),
        display_prefix: secret.slice(0, 16),
        trace_project_id: this.project.id,
        ...changes,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await this.scope(key.id, 'project', this.project.id);
    return key;
  }

  /** Adds a scope to a key. */
  async scope(virtualKeyId: string, type: 'organization' | 'team' | 'project', id: string): Promise<void> {
    await this.database
      .insertInto('virtual_key_scopes')
      .values({
        organization_id: this.organization.id,
        virtual_key_id: virtualKeyId,
        scope_type: type,
        scope_id: id,
      })
      .execute();
  }

  /** Creates a model provider at the organization, with the credential `sk-<name>`. */
  async modelProvider(name: string, changes: Partial<NewRow<'model_providers'>> = {}): Promise<Row<'model_providers'>> {
    const id = changes.id ?? Seed.ids.create('mp');
    const sealed = new Sealer(testConfig('').sealingKeys, new SystemRandom()).seal(
      JSON.stringify({ api_key: `sk-${name}` }),
      id,
    );
    return this.database
      .insertInto('model_providers')
      .values({
        id,
        organization_id: this.organization.id,
        scope_type: 'organization',
        scope_id: this.organization.id,
        name,
        type: 'openai',
        sealed_credentials: sealed.bytes,
        sealing_key_version: sealed.keyVersion,
        ...changes,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /** Creates a routing policy; what its settings leave out is as by default. */
  async routingPolicy(settings: z.input<typeof routingPolicySettingsSchema>): Promise<Row<'routing_policies'>> {
    return this.database
      .insertInto('routing_policies')
      .values({
        id: Seed.ids.create('rp'),
        organization_id: this.organization.id,
        name: 'policy',
        settings: JSON.stringify(routingPolicySettingsSchema.parse(settings)),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /** Creates a budget; by default 10 USD a day for the whole organization. */
  async budget(changes: Partial<NewRow<'budgets'>> = {}): Promise<Row<'budgets'>> {
    return this.database
      .insertInto('budgets')
      .values({
        id: Seed.ids.create('bud'),
        organization_id: this.organization.id,
        scope_type: 'organization',
        scope_id: this.organization.id,
        name: 'budget',
        window: 'day',
        limit_nano_usd: 10_000_000_000n,
        ...changes,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }
}
