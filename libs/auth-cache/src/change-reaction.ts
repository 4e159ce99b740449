import { CHANGE_KINDS, type Bundle, type ChangeEvent, type ChangeKind } from '#gateway-protocol';

/**
 * What a change does to an entry that it concerns.
 *
 * - `evict`: the key may be dead or leaked, so the entry goes and the next request must ask.
 * - `check`: the edit may tighten what the key may do, so the next request waits for a full refresh. When the control
 *   plane cannot be asked within the background limit, the held bundle is served: an edit never breaks a working key.
 * - `refresh`: numbers or order changed, so the next request is served at once and refreshes in the background.
 * - `ignore`: nothing that is held can be wrong.
 */
export type ChangeReaction = 'evict' | 'check' | 'refresh' | 'ignore';

/** Which entries a kind of change concerns: those of one key, or all of the organization (with a closer look at some). */
export interface ChangeRule {
  readonly concerns: 'virtual_key' | 'model_provider' | 'budget' | 'organization';
  readonly reaction: ChangeReaction;
}

/**
 * A rotated key is evicted like a revoked one: the old secret may have been rotated because it leaked.
 *
 * Budgets are refreshed, not checked: busy projects get such an event every ten seconds, and between events the
 * gateway's own running totals hold the limit.
 */
const CHANGE_RULES: Readonly<Record<ChangeKind, ChangeRule>> = {
  VK_CREATED: { concerns: 'virtual_key', reaction: 'ignore' },
  VK_CONFIG_UPDATED: { concerns: 'virtual_key', reaction: 'check' },
  VK_ENABLED: { concerns: 'virtual_key', reaction: 'check' },
  VK_ROTATED: { concerns: 'virtual_key', reaction: 'evict' },
  VK_REVOKED: { concerns: 'virtual_key', reaction: 'evict' },
  VK_DISABLED: { concerns: 'virtual_key', reaction: 'evict' },
  BUDGET_CREATED: { concerns: 'budget', reaction: 'check' },
  BUDGET_UPDATED: { concerns: 'budget', reaction: 'refresh' },
  BUDGET_DELETED: { concerns: 'budget', reaction: 'refresh' },
  MODEL_PROVIDER_UPDATED: { concerns: 'model_provider', reaction: 'check' },
  ROUTING_POLICY_UPDATED: { concerns: 'organization', reaction: 'check' },
  ROUTING_POLICY_DELETED: { concerns: 'organization', reaction: 'check' },
  CACHE_RULE_CREATED: { concerns: 'organization', reaction: 'refresh' },
  CACHE_RULE_UPDATED: { concerns: 'organization', reaction: 'refresh' },
  CACHE_RULE_DELETED: { concerns: 'organization', reaction: 'refresh' },
};

/** The rule of a kind of change, or `undefined` for a kind that this version does not know. */
export function changeRule(kind: string): ChangeRule | undefined {
  const known = CHANGE_KINDS.find((candidate) => candidate === kind);
  return known === undefined ? undefined : CHANGE_RULES[known];
}

/** Whether a change is about one virtual key, so that entries are found by its id. */
export function isKeyChange(rule: ChangeRule): boolean {
  return rule.concerns === 'virtual_key';
}

/** What `change` does to an entry with `bundle`, which belongs to the organization (or is the key) of the change. */
export function reactionTo(rule: ChangeRule, change: ChangeEvent, bundle: Bundle): ChangeReaction {
  switch (rule.concerns) {
    case 'virtual_key':
    case 'organization':
      return rule.reaction;
    case 'model_provider':
      // A provider that has just come within reach is not in the bundle yet, so the others have to look as well.
      return bundle.modelProviders.some((provider) => provider.id === change.model_provider_id)
        ? rule.reaction
        : 'refresh';
    case 'budget':
      return concernsBudget(change, bundle) ? rule.reaction : 'ignore';
  }
}

function concernsBudget(change: ChangeEvent, bundle: Bundle): boolean {
  if (!change.project_id || bundle.projectId === change.project_id) return true;
  return Boolean(change.budget_id) && bundle.budgets.some((budget) => budget.id === change.budget_id);
}
