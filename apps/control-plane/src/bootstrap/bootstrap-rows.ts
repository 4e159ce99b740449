import { type Kysely, sql } from 'kysely';
import type { DatabaseHandle } from '../database/database.js';
import type { Database, Row } from '../database/schema.js';
import { type BudgetState, readCurrentSpend } from '../spend/current-spend.js';
import { readBudgetsOf } from '../spend/applicable-budgets.js';
import { type FollowedPolicy, readFollowedPolicies } from '../gateway-protocol/followed-policy.js';
import { subjectOf } from '../gateway-protocol/key-configs.js';

/** What a page needs of a key: fewer columns and no dates that nobody reads, since there are thousands of rows. */
const KEY_COLUMNS = [
  'virtual_keys.id',
  'virtual_keys.organization_id',
  'virtual_keys.revision',
  'virtual_keys.display_prefix',
  'virtual_keys.trace_project_id',
  'virtual_keys.principal_user_id',
  'virtual_keys.routing_mode',
  'virtual_keys.routing_policy_id',
  'virtual_keys.expires_at',
  'virtual_keys.sealed_digest',
  'virtual_keys.digest_sealing_key_version',
  'virtual_keys.previous_sealed_digest',
  'virtual_keys.previous_digest_sealing_key_version',
  'virtual_keys.previous_secret_expires_at',
] as const;

type ColumnName<Column> = Column extends `virtual_keys.${infer Name}` ? Name : never;

/** The columns of a key that a page needs. */
export type BootstrapKey = Pick<
  Row<'virtual_keys'>,
  ColumnName<(typeof KEY_COLUMNS)[number]> & keyof Row<'virtual_keys'>
>;

/** A key of the page, with what hangs on it as JSON texts: most keys share them, and each text is read only once. */
export interface BootstrapKeyRow {
  readonly key: BootstrapKey;
  /** The team above the trace project. */
  readonly teamId: string | null;
  readonly configText: string;
  /** `[[scope id, id of the team above it or null], …]`; null when the key has no scopes. */
  readonly scopesText: string | null;
}

/** Everything that a page is made of, as of one moment. */
export interface BootstrapRows {
  readonly keys: readonly BootstrapKeyRow[];
  /** The last key of the page when more may follow, else null. */
  readonly lastId: string | null;
  readonly organizations: ReadonlyMap<string, Row<'organizations'>>;
  /** Organization → the newest revision of its change feed. */
  readonly revisions: Readonly<Record<string, string>>;
  /** Every enabled model provider of the organizations, in dispatch order. */
  readonly modelProviders: readonly Row<'model_providers'>[];
  /** By id, every routing policy that a key on the page follows. */
  readonly routingPolicies: ReadonlyMap<string, FollowedPolicy>;
  /** Every budget that may apply to a key on the page, the widest first. */
  readonly budgets: readonly BudgetState[];
}

/** Which page. */
export interface BootstrapQuestion {
  readonly afterId: string | undefined;
  readonly limit: number;
}

/**
 * Reads a page of active keys in the order of their ids, with all that belongs to them, in seven queries.
 *
 * One snapshot: the revisions are of the moment of the rows, so what changes later has a higher one.
 */
export async function readBootstrapRows(
  database: Kysely<Database>,
  question: BootstrapQuestion,
  nowMs: number,
): Promise<BootstrapRows> {
  return database
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (snapshot) => {
      const keys = await readKeys(snapshot, question, nowMs);
      const organizationIds = [...new Set(keys.map(({ key }) => key.organization_id))];
      const budgets = await readBudgetsOf(snapshot, keys.map(subjectOf));
      return {
        keys,
        lastId: keys.length < question.limit ? null : (keys.at(-1)?.key.id ?? null),
        organizations: await readOrganizations(snapshot, organizationIds),
        revisions: await readRevisions(snapshot, organizationIds),
        modelProviders: await readModelProviders(snapshot, organizationIds),
        routingPolicies: await readFollowedPolicies(snapshot, policiesOf(keys)),
        budgets: await readCurrentSpend(snapshot, budgets, nowMs),
      };
    });
}

function policiesOf(keys: readonly BootstrapKeyRow[]): readonly string[] {
  return [...new Set(keys.flatMap(({ key }) => key.routing_policy_id ?? []))];
}

async function readKeys(
  database: DatabaseHandle,
  { afterId, limit }: BootstrapQuestion,
  nowMs: number,
): Promise<BootstrapKeyRow[]> {
  const rows = await database
    .selectFrom('virtual_keys')
    .leftJoin('projects', 'projects.id', 'virtual_keys.trace_project_id')
    .select(KEY_COLUMNS)
    .select([
      'projects.team_id',
      sql<string>`virtual_keys.config::text`.as('config_text'),
      sql<string | null>`(
        SELECT json_agg(json_build_array(scopes.scope_id, above.team_id) ORDER BY scopes.scope_id)::text
        FROM virtual_key_scopes AS scopes
        LEFT JOIN projects AS above ON above.id = scopes.scope_project_id
        WHERE scopes.virtual_key_id = virtual_keys.id
      )`.as('scopes_text'),
    ])
    .where('status', '=', 'active')
    .where('virtual_keys.id', '>', afterId ?? '')
    .where((column) => column.or([column('expires_at', 'is', null), column('expires_at', '>', new Date(nowMs))]))
    .orderBy('virtual_keys.id')
    .limit(limit)
    .execute();
  return rows.map(({ team_id: teamId, config_text: configText, scopes_text: scopesText, ...key }) => ({
    key,
    teamId,
    configText,
    scopesText,
  }));
}

async function readOrganizations(
  database: DatabaseHandle,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Row<'organizations'>>> {
  const rows = await database.selectFrom('organizations').selectAll().where('id', '=', anyOf(ids)).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

async function readRevisions(database: DatabaseHandle, ids: readonly string[]): Promise<Record<string, string>> {
  // One look at the end of the index for each; grouping would read the whole feed.
  const { rows } = await sql<{ organization_id: string; revision: bigint }>`
    SELECT ids.organization_id,
      coalesce((SELECT max(revision) FROM change_events WHERE organization_id = ids.organization_id), 0) AS revision
    FROM unnest(${ids}::text[]) AS ids (organization_id)`.execute(database);
  return Object.fromEntries(rows.map((row) => [row.organization_id, row.revision.toString()]));
}

/** In the order of {@link readKeyFacts}: the same key gets the same providers by either way. */
async function readModelProviders(
  database: DatabaseHandle,
  organizationIds: readonly string[],
): Promise<Row<'model_providers'>[]> {
  return database
    .selectFrom('model_providers')
    .selectAll()
    .where('organization_id', '=', anyOf(organizationIds))
    .where('enabled', '=', true)
    .where('archived_at', 'is', null)
    .orderBy('priority')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** One parameter, however many ids: a list of thousands of placeholders takes longer to write than to run. */
function anyOf(ids: readonly string[]) {
  return sql<string>`any(${ids}::text[])`;
}
