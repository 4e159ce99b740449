import { Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Kysely } from 'kysely';

import { ActingAdmin } from '../admin-auth/admin-key.guard.js';
import type { Actor } from '../audit/actor.js';
import type { DatabaseHandle } from '../database/database.js';
import type { Database } from '../database/schema.js';
import { apiError } from '../errors/api-error.js';
import { Propagation, type PropagationReport } from '../fleet/propagation.js';
import { answerCreate } from '../management/answer-create.js';
import { IdempotentCreates } from '../management/idempotent-creates.js';
import { invalidFields } from '../management/invalid-fields.js';
import { ManagementController } from '../management/management-controller.js';
import { encodeCursor, readCursor } from '../management/page.js';
import type { AnswerOf, InputOf } from '../management/route.js';
import { RouteInput, ServeRoute } from '../management/serve-route.js';
import { VirtualKeyCreation } from './virtual-key-creation.js';
import { VirtualKeyLifecycle } from './virtual-key-lifecycle.js';
import { sumVirtualKeySpend } from './virtual-key-spend.js';
import { VirtualKeyUpdate } from './virtual-key-update.js';
import { findVirtualKey, listVirtualKeys } from './virtual-key.repository.js';
import * as routes from './virtual-key.routes.js';
import { viewVirtualKey } from './virtual-key.view.js';
import type { WaitQuery } from './wait-query.js';

/** `/virtual-keys`: each write is one transaction. */
@ManagementController()
export class VirtualKeysController {
  constructor(
    private readonly database: Kysely<Database>,
    private readonly creates: IdempotentCreates,
    private readonly creation: VirtualKeyCreation,
    private readonly updates: VirtualKeyUpdate,
    private readonly lifecycle: VirtualKeyLifecycle,
    private readonly propagation: Propagation,
  ) {}

  @ServeRoute(routes.listVirtualKeysRoute)
  async list(
    @ActingAdmin() actor: Actor,
    @RouteInput() { query }: InputOf<typeof routes.listVirtualKeysRoute>,
  ): Promise<AnswerOf<typeof routes.listVirtualKeysRoute>> {
    const page = await listVirtualKeys(this.database, actor.organizationId, {
      limit: query.limit,
      afterId: readCursor(query.cursor),
      externalId: query.external_id,
    });
    return { data: page.items.map(({ record }) => viewVirtualKey(record)), next_cursor: encodeCursor(page.lastId) };
  }

  @ServeRoute(routes.createVirtualKeyRoute)
  async create(
    @ActingAdmin() actor: Actor,
    @RouteInput() { body, headers }: InputOf<typeof routes.createVirtualKeyRoute>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const create = {
      actor,
      route: routes.createVirtualKeyRoute,
      key: headers['idempotency-key'],
      rawBody: request.body,
    };
    return answerCreate(
      reply,
      await this.creates.run(create, (transaction) => this.creation.create(transaction, actor, body)),
    );
  }

  @ServeRoute(routes.getVirtualKeyRoute)
  async get(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params }: InputOf<typeof routes.getVirtualKeyRoute>,
  ): Promise<AnswerOf<typeof routes.getVirtualKeyRoute>> {
    const record = await findVirtualKey(this.database, actor.organizationId, params.id);
    if (record === undefined) throw apiError('not_found');
    return { virtual_key: viewVirtualKey(record) };
  }

  @ServeRoute(routes.updateVirtualKeyRoute)
  async update(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params, body }: InputOf<typeof routes.updateVirtualKeyRoute>,
  ): Promise<AnswerOf<typeof routes.updateVirtualKeyRoute>> {
    return { virtual_key: await this.write((transaction) => this.updates.update(transaction, actor, params.id, body)) };
  }

  @ServeRoute(routes.rotateVirtualKeyRoute)
  async rotate(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params, query }: InputOf<typeof routes.rotateVirtualKeyRoute>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<typeof routes.rotateVirtualKeyRoute>> {
    const rotated = await this.write((transaction) => this.lifecycle.rotate(transaction, actor, params.id));
    return { ...rotated, ...(await this.propagate(actor, params.id, query, reply)) };
  }

  @ServeRoute(routes.disableVirtualKeyRoute)
  async disable(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params, query, body }: InputOf<typeof routes.disableVirtualKeyRoute>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<typeof routes.disableVirtualKeyRoute>> {
    const reason = body.reason ?? null;
    const disable = (transaction: DatabaseHandle) => this.lifecycle.disable(transaction, actor, params.id, reason);
    const virtual_key = await this.write(disable);
    return { virtual_key, ...(await this.propagate(actor, params.id, query, reply)) };
  }

  @ServeRoute(routes.enableVirtualKeyRoute)
  async enable(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params }: InputOf<typeof routes.enableVirtualKeyRoute>,
  ): Promise<AnswerOf<typeof routes.enableVirtualKeyRoute>> {
    return { virtual_key: await this.write((transaction) => this.lifecycle.enable(transaction, actor, params.id)) };
  }

  @ServeRoute(routes.revokeVirtualKeyRoute)
  async revoke(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params, query }: InputOf<typeof routes.revokeVirtualKeyRoute>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<typeof routes.revokeVirtualKeyRoute>> {
    const virtual_key = await this.write((transaction) => this.lifecycle.revoke(transaction, actor, params.id));
    return { virtual_key, ...(await this.propagate(actor, params.id, query, reply)) };
  }

  @ServeRoute(routes.virtualKeySpendRoute)
  async spend(
    @ActingAdmin() actor: Actor,
    @RouteInput() { params, query }: InputOf<typeof routes.virtualKeySpendRoute>,
  ): Promise<AnswerOf<typeof routes.virtualKeySpendRoute>> {
    if (query.to <= query.from) throw invalidFields([{ path: 'to', message: 'must be after from' }], 'query');
    const record = await findVirtualKey(this.database, actor.organizationId, params.id);
    if (record === undefined) throw apiError('not_found');
    const window = { fromMs: query.from, toMs: query.to };
    return sumVirtualKeySpend(this.database, actor.organizationId, params.id, window);
  }

  /** Runs after the commit: before it, no gateway could hear of the change. Ends early when the caller leaves. */
  private async propagate(
    actor: Actor,
    virtualKeyId: string,
    { wait, timeout_ms: timeoutMs }: WaitQuery,
    reply: FastifyReply,
  ): Promise<{ propagation?: PropagationReport }> {
    if (!wait) return {};
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    const { organizationId } = actor;
    return { propagation: await this.propagation.waitForKey(organizationId, virtualKeyId, timeoutMs, left.signal) };
  }

  private write<Result>(work: (transaction: DatabaseHandle) => Promise<Result>): Promise<Result> {
    return this.database.transaction().execute(work);
  }
}
