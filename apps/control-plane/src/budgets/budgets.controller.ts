import { Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Kysely } from 'kysely';

import { Clock } from '#kernel';

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
import { findBudget, listBudgets } from './budget.repository.js';
import * as routes from './budget.routes.js';
import { viewBudget } from './budget.view.js';
import { Budgets } from './budgets.js';

/** `/budgets`: each write is one transaction. */
@ManagementController()
export class BudgetsController {
  constructor(
    private readonly database: Kysely<Database>,
    private readonly creates: IdempotentCreates,
    private readonly budgets: Budgets,
    private readonly clock: Clock,
  ) {}

  @ServeRoute(routes.listBudgetsRoute)
  async list(
    @ActingAdmin() actor: Actor,
    @RouteInput() { query }: InputOf<typeof routes.listBudgetsRoute>,
  ): Promise<AnswerOf<typeof routes.listBudgetsRoute>> {
    const filter = {
      limit: query.limit,
      afterId: readCursor(query.cursor),
      externalId: query.external_id,
      scopeTypes: query.scope_type,
    };
    const page = await listBudgets(this.database, actor.organizationId, filter, this.clock.now());
    return {
      data: page.items.map(({ record }) => viewBudget(record)),
      spend_available: true,
      next_cursor: encodeCursor(page.lastId),
    };
  }

  @ServeRoute(routes.createBudgetRoute)
  async create(
    @ActingAdmin() actor: Actor,
    @RouteInput() { body, headers }: InputOf<typeof routes.createBudgetRoute>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const create = { actor, route: routes.createBudgetRoute, key: headers['idempotency-key'], rawBody: request.body };
    const outcome = await this.creates.run(create, async (transaction) => ({
      budget: await this.budgets.create(transaction, actor, body),
    }));
    return answerCreate(reply, outcome);
  }

  @ServeRoute(routes.getBudgetRoute)
  async get(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params }: InputOf<typeof routes.getBudgetRoute>,
  ): Promise<AnswerOf<typeof routes.getBudgetRoute>> {
    const record = await findBudget(this.database, actor.organizationId, params.id, this.clock.now());
    if (record === undefined) throw apiError('not_found');
    return { budget: viewBudget(record), spend_available: true };
  }

  @ServeRoute(routes.updateBudgetRoute)
  async update(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params, body }: InputOf<typeof routes.updateBudgetRoute>,
  ): Promise<AnswerOf<typeof routes.updateBudgetRoute>> {
    return { budget: await this.write((transaction) => this.budgets.update(transaction, actor, params.id, body)) };
  }

  @ServeRoute(routes.archiveBudgetRoute)
  async archive(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params }: InputOf<typeof routes.archiveBudgetRoute>,
  ): Promise<AnswerOf<typeof routes.archiveBudgetRoute>> {
    return { budget: await this.write((transaction) => this.budgets.archive(transaction, actor, params.id)) };
  }

  @ServeRoute(routes.resetBudgetRoute)
  async reset(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params, body }: InputOf<typeof routes.resetBudgetRoute>,
  ): Promise<AnswerOf<typeof routes.resetBudgetRoute>> {
    const reason = body.reason ?? null;
    const reset = (transaction: DatabaseHandle) => this.budgets.reset(transaction, actor, params.id, reason);
    return { budget: await this.write(reset) };
  }

  private write<Result>(work: (transaction: DatabaseHandle) => Promise<Result>): Promise<Result> {
    return this.database.transaction().execute(work);
  }
}
