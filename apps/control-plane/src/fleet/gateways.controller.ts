import { Kysely } from 'kysely';

import { Clock } from '#kernel';

import { ActingAdmin } from '../admin-auth/admin-key.guard.js';
import type { Actor } from '../audit/actor.js';
import type { Database } from '../database/schema.js';
import { ManagementController } from '../management/management-controller.js';
import type { AnswerOf } from '../management/route.js';
import { ServeRoute } from '../management/serve-route.js';
import { listGatewaysRoute } from './gateway.routes.js';
import { listGateways } from './list-gateways.js';

/** `/gateways`: who serves, and how far behind it is. */
@ManagementController()
export class GatewaysController {
  constructor(
    private readonly database: Kysely<Database>,
    private readonly clock: Clock,
  ) {}

  @ServeRoute(listGatewaysRoute)
  async list(@ActingAdmin() actor: Actor): Promise<AnswerOf<typeof listGatewaysRoute>> {
    return listGateways(this.database, actor.organizationId, this.clock.now());
  }
}
