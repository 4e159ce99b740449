import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { ModelPricePayload } from '#gateway-protocol';
import type { DatabaseHandle } from '../database/database.js';
import type { Database, Row } from '../database/schema.js';
import { RowIds } from '../ids/row-ids.js';

export interface NewOrganization {
  readonly name: string;
  /** What to do with a model that has no price. Default: `refuse`. */
  readonly unpricedModels?: 'refuse' | 'default';
  /** Nano-USD per million tokens; required when unpriced models are charged at it. */
  readonly defaultPrice?: ModelPricePayload;
}

export interface NewTeam {
  readonly organizationId: string;
  readonly name: string;
}

export interface NewProject {
  readonly organizationId: string;
  /** The team above the project. Default: none. */
  readonly teamId?: string;
  readonly name: string;
}

/** Organizations, and the teams and projects below them. */
@Injectable()
export class Organizations {
  constructor(
    private readonly database: Kysely<Database>,
    private readonly ids: RowIds,
  ) {}

  /** Creates an organization. Give a transaction as `handle` to make it part of one. */
  async createOrganization(
    input: NewOrganization,
    handle: DatabaseHandle = this.database,
  ): Promise<Row<'organizations'>> {
    return handle
      .insertInto('organizations')
      .values({
        id: this.ids.create('org'),
        name: input.name,
        unpriced_models: input.unpricedModels ?? 'refuse',
        default_price: input.defaultPrice === undefined ? null : JSON.stringify(input.defaultPrice),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /** Creates a team. */
  async createTeam(input: NewTeam, handle: DatabaseHandle = this.database): Promise<Row<'teams'>> {
    return handle
      .insertInto('teams')
      .values({ id: this.ids.create('team'), organization_id: input.organizationId, name: input.name })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /** Creates a project. The database refuses a team of another organization. */
  async createProject(input: NewProject, handle: DatabaseHandle = this.database): Promise<Row<'projects'>> {
    return handle
      .insertInto('projects')
      .values({
        id: this.ids.create('project'),
        organization_id: input.organizationId,
        team_id: input.teamId ?? null,
        name: input.name,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }
}
