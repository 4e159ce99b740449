import type { DatabaseHandle } from '../database/database.js';
import type { Row } from '../database/schema.js';
import type { SpendDraft } from './spend-draft.js';

/** What the database knows about the projects, keys and model providers that a batch names. */
export interface SpendFacts {
  readonly projects: ReadonlyMap<string, ProjectFacts>;
  /** Principal of a virtual key, by the key's id. */
  readonly principals: ReadonlyMap<string, string | null>;
  readonly modelProviders: ReadonlyMap<string, PricingRow>;
}

export interface ProjectFacts {
  readonly organizationId: string;
  readonly teamId: string | null;
  readonly defaultPrice: Row<'organizations'>['default_price'];
}

/** The columns of a model provider that decide what it costs. */
export type PricingRow = Pick<Row<'model_providers'>, 'id' | 'type' | 'prices' | 'default_price'>;

/** Reads the facts of a batch, in three queries however large it is. */
export async function readSpendFacts(database: DatabaseHandle, drafts: readonly SpendDraft[]): Promise<SpendFacts> {
  const [projects, principals, modelProviders] = await Promise.all([
    readProjects(database, distinct(drafts.map(({ projectId }) => projectId))),
    readPrincipals(
      database,
      distinct(
        drafts.flatMap(({ admit, outcome }) => [admit?.payload.virtual_key_id, outcome?.payload.virtual_key_id]),
      ),
    ),
    readModelProviders(database, distinct(drafts.map(({ outcome }) => outcome?.payload.model_provider_id))),
  ]);
  return { projects, principals, modelProviders };
}

async function readProjects(database: DatabaseHandle, ids: readonly string[]): Promise<SpendFacts['projects']> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('projects')
    .innerJoin('organizations', 'organizations.id', 'projects.organization_id')
    .select(['projects.id', 'projects.organization_id', 'projects.team_id', 'organizations.default_price'])
    .where('projects.id', 'in', ids)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      { organizationId: row.organization_id, teamId: row.team_id, defaultPrice: row.default_price },
    ]),
  );
}

async function readPrincipals(database: DatabaseHandle, ids: readonly string[]): Promise<SpendFacts['principals']> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('virtual_keys')
    .select(['id', 'principal_user_id'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row.principal_user_id]));
}

/** Archived rows count as well: what they served before has a price. */
async function readModelProviders(
  database: DatabaseHandle,
  ids: readonly string[],
): Promise<SpendFacts['modelProviders']> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('model_providers')
    .select(['id', 'type', 'prices', 'default_price'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

function distinct(ids: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(ids.filter((id) => id !== undefined && id !== ''))].filter((id) => id !== undefined);
}
