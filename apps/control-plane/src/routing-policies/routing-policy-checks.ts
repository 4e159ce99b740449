import type { DatabaseHandle } from '../database/database.js';
import { invalidFields, type InvalidField } from '../management/invalid-fields.js';
import type { RoutingPolicySettings } from './routing-policy-settings.js';

/** The fields of a policy that name model providers. */
type NamedProviders = Partial<Pick<RoutingPolicySettings, 'targets' | 'canary' | 'shadow'>>;

/** Refuses settings whose fields are right one by one and make no sense together. */
export function requireSense(settings: RoutingPolicySettings): void {
  const { strategy, targets, canary } = settings;
  const problems: InvalidField[] = [];
  if (strategy === 'weighted' && targets.length > 0 && targets.every(({ weight }) => weight === 0)) {
    problems.push({ path: 'targets', message: 'must not all have the weight 0 under the strategy "weighted"' });
  }
  if (canary !== null && targets.length === 0) {
    problems.push({ path: 'canary', message: 'needs targets that it takes its share of the requests from' });
  }
  if (problems.length > 0) throw invalidFields(problems);
}

/** Refuses model providers that the organization does not have; another organization's look the same as none. */
export async function requireKnownProviders(
  database: DatabaseHandle,
  organizationId: string,
  { targets = [], canary, shadow }: NamedProviders,
): Promise<void> {
  const named = [
    ...targets.map(({ modelProviderId }, index) => ({ path: `targets.${index}.modelProviderId`, modelProviderId })),
    ...(canary ? [{ path: 'canary.modelProviderId', modelProviderId: canary.modelProviderId }] : []),
    ...(shadow ? [{ path: 'shadow.modelProviderId', modelProviderId: shadow.modelProviderId }] : []),
  ];
  if (named.length === 0) return;
  const rows = await database
    .selectFrom('model_providers')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('archived_at', 'is', null)
    .where('id', 'in', [...new Set(named.map(({ modelProviderId }) => modelProviderId))])
    .execute();
  const known = new Set(rows.map(({ id }) => id));
  const missing = named.filter(({ modelProviderId }) => !known.has(modelProviderId));
  if (missing.length === 0) return;
  throw invalidFields(missing.map(({ path }) => ({ path, message: 'names no model provider of this organization' })));
}
