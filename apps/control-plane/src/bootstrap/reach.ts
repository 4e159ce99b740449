import { z } from 'zod';
import type { Row } from '../database/schema.js';
import type { BootstrapKeyRow } from './bootstrap-rows.js';

/** Which model providers a set of scopes reaches. */
export interface Reach {
  /** Equal for equal scopes of one organization. */
  readonly signature: string;
  /** In dispatch order. */
  readonly modelProviders: readonly Row<'model_providers'>[];
}

const NOTHING: Reach = { signature: '', modelProviders: [] };

const scopesSchema = z.array(z.tuple([z.string(), z.string().nullable()]));

/**
 * Finds the reach of each key of a page.
 *
 * The rule is that of `readKeyFacts`: the union over the scopes, each with what it inherits from above. Most keys of an
 * organization have the same scopes, so a reach is computed once per set of scopes.
 */
export class Reaches {
  private readonly providersOf: ReadonlyMap<string, readonly Row<'model_providers'>[]>;
  private readonly known = new Map<string, Reach>();

  constructor(modelProviders: readonly Row<'model_providers'>[]) {
    this.providersOf = Map.groupBy(modelProviders, (provider) => provider.organization_id);
  }

  of({ key, scopesText }: Pick<BootstrapKeyRow, 'key' | 'scopesText'>): Reach {
    // A key without scopes reaches nothing.
    if (scopesText === null) return NOTHING;
    const signature = `${key.organization_id} ${scopesText}`;
    const known = this.known.get(signature);
    if (known !== undefined) return known;
    const within = new Set(scopesSchema.parse(JSON.parse(scopesText)).flat());
    const modelProviders = (this.providersOf.get(key.organization_id) ?? []).filter(
      ({ scope_type, scope_id }) => scope_type === 'organization' || within.has(scope_id),
    );
    const reach = { signature, modelProviders };
    this.known.set(signature, reach);
    return reach;
  }
}
