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
import { findModelProvider, listModelProviders } from './model-provider.repository.js';
import * as routes from './model-provider.routes.js';
import type { ModelProviderView } from './model-provider.schema.js';
import { viewModelProvider } from './model-provider.view.js';
import { ModelProviders } from './model-providers.js';

interface OneModelProvider {
  readonly model_provider: ModelProviderView;
}

/** `/model-providers`: each write is one transaction. */
@ManagementController()
export class ModelProvidersController {
  constructor(
    private readonly database: Kysely<Database>,
    private readonly creates: IdempotentCreates,
    private readonly providers: ModelProviders,
  ) {}

  @ServeRoute(routes.listModelProvidersRoute)
  async list(
    @ActingAdmin() actor: Actor,
    @RouteInput() { query }: InputOf<typeof routes.listModelProvidersRoute>,
  ): Promise<AnswerOf<typeof routes.listModelProvidersRoute>> {
    const filter = { limit: query.limit, afterId: readCursor(query.cursor) };
    const page = await listModelProviders(this.database, actor.organizationId, filter);
    return { data: page.items.map((row) => viewModelProvider(row)), next_cursor: encodeCursor(page.lastId) };
  }

  @ServeRoute(routes.createModelProviderRoute)
  async create(
    @ActingAdmin() actor: Actor,
    @RouteInput() { body, headers }: InputOf<typeof routes.createModelProviderRoute>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const route = routes.createModelProviderRoute;
    const create = { actor, route, key: headers['idempotency-key'], rawBody: request.body };
    const outcome = await this.creates.run(create, async (transaction) => ({
      model_provider: await this.providers.create(transaction, actor, body),
    }));
    return answerCreate(reply, outcome);
  }

  @ServeRoute(routes.getModelProviderRoute)
  async get(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params }: InputOf<typeof routes.getModelProviderRoute>,
  ): Promise<OneModelProvider> {
    const row = await findModelProvider(this.database, actor.organizationId, params.id);
    if (row === undefined) throw apiError('not_found');
    return { model_provider: viewModelProvider(row) };
  }

  @ServeRoute(routes.updateModelProviderRoute)
  async update(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params, body }: InputOf<typeof routes.updateModelProviderRoute>,
  ): Promise<OneModelProvider> {
    return this.write((transaction) => this.providers.update(transaction, actor, params.id, body));
  }

  @ServeRoute(routes.archiveModelProviderRoute)
  async archive(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params }: InputOf<typeof routes.archiveModelProviderRoute>,
  ): Promise<OneModelProvider> {
    return this.write((transaction) => this.providers.archive(transaction, actor, params.id));
  }

  @ServeRoute(routes.enableModelProviderRoute)
  async enable(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params }: InputOf<typeof routes.enableModelProviderRoute>,
  ): Promise<OneModelProvider> {
    return this.write((transaction) => this.providers.setEnabled(transaction, actor, params.id, true, null));
  }

  @ServeRoute(routes.disableModelProviderRoute)
  async disable(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params, body }: InputOf<typeof routes.disableModelProviderRoute>,
  ): Promise<OneModelProvider> {
    const reason = body.reason ?? null;
    return this.write((transaction) => this.providers.setEnabled(transaction, actor, params.id, false, reason));
  }

  private async write(work: (transaction: DatabaseHandle) => Promise<ModelProviderView>): Promise<OneModelProvider> {
    return { model_provider: await this.database.transaction().execute(work) };
  }
}
