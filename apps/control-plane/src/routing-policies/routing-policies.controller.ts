import { Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Kysely } from 'kysely';

import { ActingAdmin } from '../admin-auth/admin-key.guard.js';
import type { Actor } from '../audit/actor.js';
import type { DatabaseHandle } from '../database/database.js';
import type { Database } from '../database/schema.js';
import { apiError } from '../errors/api-error.js';
import { answerCreate } from '../management/answer-create.js';
import { IdempotentCreates } from '../management/idempotent-creates.js';
import { ManagementController } from '../management/management-controller.js';
import { encodeCursor, readCursor } from '../management/page.js';
import type { AnswerOf, InputOf } from '../management/route.js';
import { RouteInput, ServeRoute } from '../management/serve-route.js';
import { RoutingPolicies } from './routing-policies.js';
import { findRoutingPolicy, listRoutingPolicies } from './routing-policy.repository.js';
import * as routes from './routing-policy.routes.js';
import { viewRoutingPolicy } from './routing-policy.view.js';

/** `/routing-policies`: each write is one transaction. */
@ManagementController()
export class RoutingPoliciesController {
  constructor(
    private readonly database: Kysely<Database>,
    private readonly creates: IdempotentCreates,
    private readonly policies: RoutingPolicies,
  ) {}

  @ServeRoute(routes.listRoutingPoliciesRoute)
  async list(
    @ActingAdmin() actor: Actor,
    @RouteInput() { query }: InputOf<typeof routes.listRoutingPoliciesRoute>,
  ): Promise<AnswerOf<typeof routes.listRoutingPoliciesRoute>> {
    const filter = { limit: query.limit, afterId: readCursor(query.cursor) };
    const page = await listRoutingPolicies(this.database, actor.organizationId, filter);
    return { data: page.items.map((row) => viewRoutingPolicy(row)), next_cursor: encodeCursor(page.lastId) };
  }

  @ServeRoute(routes.createRoutingPolicyRoute)
  async create(
    @ActingAdmin() actor: Actor,
    @RouteInput() { body, headers }: InputOf<typeof routes.createRoutingPolicyRoute>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const route = routes.createRoutingPolicyRoute;
    const create = { actor, route, key: headers['idempotency-key'], rawBody: request.body };
    const outcome = await this.creates.run(create, async (transaction) => ({
      routing_policy: await this.policies.create(transaction, actor, body),
    }));
    return answerCreate(reply, outcome);
  }

  @ServeRoute(routes.getRoutingPolicyRoute)
  async get(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params }: InputOf<typeof routes.getRoutingPolicyRoute>,
  ): Promise<AnswerOf<typeof routes.getRoutingPolicyRoute>> {
    const row = await findRoutingPolicy(this.database, actor.organizationId, params.id);
    if (row === undefined) throw apiError('not_found');
    return { routing_policy: viewRoutingPolicy(row) };
  }

  @ServeRoute(routes.updateRoutingPolicyRoute)
  async update(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params, body }: InputOf<typeof routes.updateRoutingPolicyRoute>,
  ): Promise<AnswerOf<typeof routes.updateRoutingPolicyRoute>> {
    const update = (transaction: DatabaseHandle) => this.policies.update(transaction, actor, params.id, body);
    return { routing_policy: await this.write(update) };
  }

  @ServeRoute(routes.archiveRoutingPolicyRoute)
  async archive(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params }: InputOf<typeof routes.archiveRoutingPolicyRoute>,
  ): Promise<AnswerOf<typeof routes.archiveRoutingPolicyRoute>> {
    return this.write((transaction) => this.policies.archive(transaction, actor, params.id));
  }

  private write<Result>(work: (transaction: DatabaseHandle) => Promise<Result>): Promise<Result> {
    return this.database.transaction().execute(work);
  }
}
