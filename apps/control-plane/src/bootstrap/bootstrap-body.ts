import { type BootstrapKeyInput, writeBootstrapBody } from '#gateway-protocol';
import type { Row } from '../database/schema.js';
import { budgetPayload } from '../gateway-protocol/budget-payload.js';
import { digestSurroundings } from '../gateway-protocol/config-etag.js';
import { type FollowedPolicy, followedBy } from '../gateway-protocol/followed-policy.js';
import { type providerSlot, readFields } from '../gateway-protocol/config-payload.js';
import { subjectOf } from '../gateway-protocol/key-configs.js';
import { encodeCursor } from '../management/page.js';
import { type VirtualKeyConfig, virtualKeyConfigSchema } from '../virtual-keys/virtual-key-config.js';
import { invariant } from '#kernel';
import type { BootstrapKey, BootstrapKeyRow, BootstrapRows } from './bootstrap-rows.js';
import { BudgetIndex } from './budget-index.js';
import { type Reach, Reaches } from './reach.js';

/** A secret of a key that a gateway may serve. */
export interface LiveSecret {
  /** Hex SHA-256 of the secret. */
  readonly digest: string;
  /** Unix seconds; null while the secret lives as long as its key. */
  readonly expiresAt: number | null;
}

/** What opens the sealed parts of rows. */
export interface BootstrapOpeners {
  writeSlot(row: Row<'model_providers'>): ReturnType<typeof providerSlot>;
  /** The secrets of a key that work now; a key whose digest is unknown or does not open has none. */
  readSecrets(key: BootstrapKey): readonly LiveSecret[];
}

/** Writes the body of a bootstrap page. */
export function writeBootstrapPage(rows: BootstrapRows, openers: BootstrapOpeners): string {
  const page = new PageWriter(rows, openers);
  const keys = rows.keys.flatMap((row) => page.writeKey(row));
  const head = {
    next_cursor: encodeCursor(rows.lastId),
    key_count: keys.length,
    revisions: rows.revisions,
    providers: page.providers,
    budgets: rows.budgets.map(budgetPayload),
  };
  return writeBootstrapBody(head, keys);
}

class PageWriter {
  readonly providers: ReturnType<typeof providerSlot>[] = [];
  private readonly positions = new Map<string, number>();
  private readonly reaches: Reaches;
  private readonly budgets: BudgetIndex;
  private readonly surroundings = new Map<string, string>();
  private readonly configs = new Map<string, VirtualKeyConfig>();

  constructor(
    private readonly rows: BootstrapRows,
    private readonly openers: BootstrapOpeners,
  ) {
    this.reaches = new Reaches(rows.modelProviders);
    this.budgets = new BudgetIndex(rows.budgets);
  }

  /** One line for each secret of the key that works. */
  writeKey({ key, teamId, configText, scopesText }: BootstrapKeyRow): BootstrapKeyInput[] {
    const secrets = this.openers.readSecrets(key);
    if (secrets.length === 0) return [];
    const organization = this.rows.organizations.get(key.organization_id);
    invariant(organization !== undefined, 'every key has its organization');
    const reach = this.reaches.of({ key, scopesText });
    const routingPolicy = followedBy(key, this.rows.routingPolicies);
    const { allowed, fields } = readFields(
      { key, organization, modelProviders: reach.modelProviders, routingPolicy },
      this.parseConfig(configText),
    );
    const line = {
      claims: {
        vk_id: key.id,
        project_id: key.trace_project_id,
        team_id: teamId,
        org_id: key.organization_id,
        principal_id: key.principal_user_id,
        revision: key.revision.toString(),
        vk_expires_at: fields.expires_at ?? null,
      },
      etag: `${key.revision}.${this.digestSurroundings(organization, teamId, reach, routingPolicy)}`,
      config: {
        ...fields,
        providers: allowed.map((row) => this.positionOf(row)),
        budgets: this.budgets.of(subjectOf({ key, teamId })),
      },
    };
    return secrets.map(({ digest, expiresAt }) => ({
      digest,
      ...(expiresAt === null ? {} : { secret_expires_at: expiresAt }),
      ...line,
    }));
  }

  private positionOf(row: Row<'model_providers'>): number {
    const known = this.positions.get(row.id);
    if (known !== undefined) return known;
    const position = this.providers.push(this.openers.writeSlot(row)) - 1;
    this.positions.set(row.id, position);
    return position;
  }

  private digestSurroundings(
    organization: Row<'organizations'>,
    teamId: string | null,
    { signature, modelProviders }: Reach,
    routingPolicy: FollowedPolicy | null,
  ): string {
    const name = `${organization.id} ${teamId ?? ''} ${routingPolicy?.id ?? ''} ${signature}`;
    const digest =
      this.surroundings.get(name) ?? digestSurroundings({ organization, teamId, modelProviders, routingPolicy });
    this.surroundings.set(name, digest);
    return digest;
  }

  /** Many keys are configured alike; checking each one anew would take most of a page's time. */
  private parseConfig(text: string): VirtualKeyConfig {
    const config = this.configs.get(text) ?? virtualKeyConfigSchema.parse(JSON.parse(text));
    this.configs.set(text, config);
    return config;
  }
}
