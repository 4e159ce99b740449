import { z } from 'zod';

import { BUDGET_SCOPES, type BudgetScope } from '#gateway-protocol';

import { externalIdField, idempotencyHeaders, idParams, pageOf, pageQueryFields } from '../management/fields.js';
import { defineRoute } from '../management/route.js';
import { budgetSchema, createBudgetSchema, resetBudgetSchema, updateBudgetSchema } from './budget.schema.js';

const tag = 'Budgets';
const one = z.object({ budget: budgetSchema });
const spendAvailable = {
  spend_available: z
    .boolean()
    .describe('Whether `spent_*` is known. It always is: the ledger is in the same database.'),
};
const isScope = (text: string): text is BudgetScope => BUDGET_SCOPES.some((scope) => scope === text);

/** A comma list of scope types. */
const scopeTypesField = z
  .string()
  .max(200)
  .transform((text, context): BudgetScope[] => {
    const types = text.split(',').map((type) => type.trim());
    const known = types.filter(isScope);
    if (known.length !== types.length) {
      context.addIssue({ code: 'custom', message: `must be a comma list of ${BUDGET_SCOPES.join(', ')}` });
    }
    return known;
  })
  .describe('A comma list of scope types.');

export const listBudgetsRoute = defineRoute({
  method: 'GET',
  path: '/budgets',
  operationId: 'listBudgets',
  tag,
  summary: 'List budgets, the newest first',
  status: 200,
  query: z.strictObject({
    ...pageQueryFields,
    external_id: externalIdField.optional(),
    scope_type: scopeTypesField.optional(),
  }),
  response: pageOf(budgetSchema).extend(spendAvailable),
  refusals: ['invalid_cursor'],
});

export const createBudgetRoute = defineRoute({
  method: 'POST',
  path: '/budgets',
  operationId: 'createBudget',
  tag,
  summary: 'Create a budget',
  description: 'Scope, window and cycle anchor are fixed for the life of a budget.',
  status: 201,
  headers: idempotencyHeaders,
  body: createBudgetSchema,
  response: one,
  refusals: [
    'not_supported_yet',
    'gateway_budget_scope_unreachable',
    'gateway_budget_cycle_anchor_invalid',
    'external_id_conflict',
    'idempotency_error',
  ],
  example: {
    scope: { kind: 'project', project_id: 'project_01HZX9N4Q2V8K3M5T7W9Y1A2B3' },
    name: 'checkout, monthly',
    window: 'month',
    limit_usd: '500.00',
    on_breach: 'block',
  },
});

export const getBudgetRoute = defineRoute({
  method: 'GET',
  path: '/budgets/:id',
  operationId: 'getBudget',
  tag,
  summary: 'Read a budget',
  status: 200,
  params: idParams,
  response: one.extend(spendAvailable),
});

export const updateBudgetRoute = defineRoute({
  method: 'PATCH',
  path: '/budgets/:id',
  operationId: 'updateBudget',
  tag,
  summary: 'Change a budget',
  status: 200,
  params: idParams,
  body: updateBudgetSchema,
  response: one,
  refusals: ['not_supported_yet', 'external_id_conflict'],
  example: { limit_usd: '750.00' },
});

export const archiveBudgetRoute = defineRoute({
  method: 'DELETE',
  path: '/budgets/:id',
  operationId: 'archiveBudget',
  tag,
  summary: 'Archive a budget',
  description: 'It limits nothing from then on and is no longer found; its history is kept.',
  status: 200,
  params: idParams,
  response: one,
});

export const resetBudgetRoute = defineRoute({
  method: 'POST',
  path: '/budgets/:id/reset',
  operationId: 'resetBudget',
  tag,
  summary: 'Start a new period of a budget now',
  description:
    'What was spent stays recorded under the period before. The next boundary of the window stays where it was.',
  status: 200,
  params: idParams,
  body: resetBudgetSchema,
  response: one,
  example: { reason: 'agreed with finance' },
});
