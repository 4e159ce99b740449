import type { Row } from '../database/schema.js';
import type { BootstrapRows, ScopeRow } from './bootstrap-rows.js';

/** Which model providers a set of scopes reaches. */
export interface Reach {
  /** Equal for equal reaches of one organization. */
  readonly signature: string;
  /** In dispatch order. */
  readonly modelProviders: readonly Row<'model_providers'>[];
}

const NOTHING: Reach = { signature: '', modelProviders: [] };

/**
 * Finds the reach of each key of a page.
 *
 * The rule is that of `readKeyFacts`: the union over the scopes, each with what it inherits from above. Most keys of an
 * organization have the same scopes, so a reach is computed once per set of scopes.
 */
export class Reaches {
  private readonly scopesOfKey: ReadonlyMap<string, readonly ScopeRow[]>;
  private readonly providersOf: ReadonlyMap<string, readonly Row<'model_providers'>[]>;
  private readonly known = new Map<string, Reach>();

  constructor({ scopes, modelProviders }: Pick<BootstrapRows, 'scopes' | 'modelProviders'>) {
    this.scopesOfKey = Map.groupBy(scopes, (scope) => scope.virtual_key_id);
    this.providersOf = Map.groupBy(modelProviders, (provider) => provider.organization_id);
  }

  of({ id, organization_id: organizationId }: Pick<Row<'virtual_keys'>, 'id' | 'organization_id'>): Reach {
    const scopes = this.scopesOfKey.get(id);
    // A key without scopes reaches nothing.
    if (scopes === undefined) return NOTHING;
    const within = new Set(
      scopes.flatMap(({ scope_id, team_id }) => (team_id === null ? [scope_id] : [scope_id, team_id])),
    );
    const signature = [organizationId, ...[...within].toSorted()].join(' ');
    const known = this.known.get(signature);
    if (known !== undefined) return known;
    const modelProviders = (this.providersOf.get(organizationId) ?? []).filter(
      ({ scope_type, scope_id }) => scope_type === 'organization' || within.has(scope_id),
    );
    const reach = { signature, modelProviders };
    this.known.set(signature, reach);
    return reach;
  }
}
