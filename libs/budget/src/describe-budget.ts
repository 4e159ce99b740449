import type { BudgetScope, BudgetSnapshot, BudgetWindow } from '#gateway-protocol';

/** Metadata of a refusal that names a budget; keys that would be empty are absent. */
export interface BudgetMeta {
  readonly budget_id?: string;
  readonly budget_scope?: string;
  readonly budget_window?: string;
  readonly budget_provider?: string;
}

/** A spent budget in words, for the body of a 402. Holds no amounts. */
export interface BudgetDescription {
  /** As a person would say it: `team`, `virtual key`, `end-user`. */
  readonly scopeName: string;
  /** As a person would say it: `per day`, `in total`. */
  readonly windowName: string;
  /** One sentence that says what is used up, and one that says who can change it. */
  readonly message: string;
  /** The two next steps. */
  readonly tips: readonly [string, string];
  readonly meta: BudgetMeta;
}

const SCOPE_NAMES: Readonly<Record<BudgetScope, string>> = {
  organization: 'organization',
  team: 'team',
  project: 'project',
  virtual_key: 'virtual key',
  principal: 'personal',
  group: 'group member',
  attributed_user: 'end-user',
};

const LIMIT_OWNERS: Readonly<Record<BudgetScope, string>> = {
  organization: 'an administrator of your organization',
  team: 'an administrator of the team',
  project: 'an administrator of the project',
  virtual_key: 'the owner of the virtual key',
  principal: 'an administrator of your organization',
  group: 'an administrator of the group',
  attributed_user: 'the operator of the application',
};

const WINDOW_NAMES: Readonly<Record<BudgetWindow, string>> = {
  minute: 'per minute',
  hour: 'per hour',
  day: 'per day',
  week: 'per week',
  month: 'per month',
  total: 'in total',
  manual: 'until it is reset by hand',
};

/** The last moment that a date can name, in milliseconds since the epoch. */
const DATE_MS_MAX = 8_640_000_000_000_000;

/** Puts a spent budget into words: what is used up, who can raise the limit, and what to do next. */
export function describeBudget(budget: BudgetSnapshot): BudgetDescription {
  const scopeName = SCOPE_NAMES[budget.scope];
  const windowName = WINDOW_NAMES[budget.window];
  const owner = LIMIT_OWNERS[budget.scope];
  const provider = budget.modelProviderId ? ` for model provider ${budget.modelProviderId}` : '';
  return {
    scopeName,
    windowName,
    message: `The ${scopeName} budget (${windowName})${provider} is used up. Its limit can be raised by ${owner}.`,
    tips: [`Ask ${owner} to raise the limit.`, otherWayOut(budget)],
    meta: metaOf(budget),
  };
}

function otherWayOut(budget: BudgetSnapshot): string {
  if (budget.modelProviderId) return 'Choose a model of another model provider, which this budget does not limit.';
  if (budget.resetsAtMs !== null && Math.abs(budget.resetsAtMs) <= DATE_MS_MAX) {
    return `Try again after ${new Date(budget.resetsAtMs).toISOString()}, when the budget starts anew.`;
  }
  if (budget.window === 'manual') return 'Ask for the budget to be reset, if the amount was spent as intended.';
  return 'Use a virtual key with a budget of its own.';
}

function metaOf(budget: BudgetSnapshot): BudgetMeta {
  return {
    ...(budget.id === '' ? {} : { budget_id: budget.id }),
    budget_scope: budget.scope,
    budget_window: budget.window,
    ...(budget.modelProviderId ? { budget_provider: budget.modelProviderId } : {}),
  };
}
