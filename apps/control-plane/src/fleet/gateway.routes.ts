import { z } from 'zod';

import { shownInstant } from '../management/fields.js';
import { defineRoute } from '../management/route.js';

/** A running gateway as the API shows it. */
export const gatewaySchema = z
  .object({
    node_id: z.string().describe('The name that the gateway gives itself; in Kubernetes, its pod.'),
    version: z.string().describe('Empty when the gateway does not say.'),
    started_at: shownInstant.describe('Since when the control plane hears of it.'),
    last_seen_at: shownInstant,
    applied_revision: z
      .string()
      .nullable()
      .describe(
        "Up to which revision it has applied the organization's changes; null while it holds none of its keys.",
      ),
    lag_revisions: z.int().nullable().describe('Changes of the organization that it has not said to have applied.'),
    lag_seconds: z.number().nullable().describe('Age of the oldest of them; 0 when there is none.'),
  })
  .meta({ id: 'Gateway' });
export type GatewayView = z.output<typeof gatewaySchema>;

export const listGatewaysRoute = defineRoute({
  method: 'GET',
  path: '/gateways',
  operationId: 'listGateways',
  tag: 'Gateways',
  summary: 'List the running gateways and how far each has applied changes',
  description: 'A gateway counts as running for 30 seconds after it was last heard of.',
  status: 200,
  response: z.object({
    current_revision: z.string().describe("The newest change of the organization; '0' when there is none."),
    data: z.array(gatewaySchema),
  }),
});
