import { Kysely } from 'kysely';

import { ActingAdmin } from '../admin-auth/admin-key.guard.js';
import type { Actor } from '../audit/actor.js';
import type { Database } from '../database/schema.js';
import { apiError } from '../errors/api-error.js';
import { ManagementController } from '../management/management-controller.js';
import type { AnswerOf, InputOf } from '../management/route.js';
import { RouteInput, ServeRoute } from '../management/serve-route.js';
import { findExplanation } from '../spend/explanation.repository.js';
import { findVirtualKey } from '../virtual-keys/virtual-key.repository.js';
import { findRequestLines } from './request-lines.js';
import { explainRequestRoute } from './request.routes.js';
import { viewRequest } from './request.view.js';

/** `/requests`: what became of single requests. */
@ManagementController()
export class RequestsController {
  constructor(private readonly database: Kysely<Database>) {}

  @ServeRoute(explainRequestRoute)
  async explain(
    @ActingAdmin() { organizationId }: Actor,
    @RouteInput() { params }: InputOf<typeof explainRequestRoute>,
  ): Promise<AnswerOf<typeof explainRequestRoute>> {
    const lines = await findRequestLines(this.database, organizationId, params.id);
    if (lines === undefined) throw apiError('not_found');
    const { project_id: projectId, gateway_request_id: gatewayRequestId, virtual_key_id: keyId } = lines.answer;
    const key = keyId === null ? undefined : await findVirtualKey(this.database, organizationId, keyId);
    const explanation = await findExplanation(this.database, { projectId, gatewayRequestId });
    return { request: viewRequest({ ...lines, virtualKey: key?.row, explanation }) };
  }
}
