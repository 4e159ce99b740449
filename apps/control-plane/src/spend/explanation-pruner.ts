import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import { ControlPlaneConfig } from '../config/control-plane-config.js';
import { Pruner } from '../database/pruner.js';
import type { Database } from '../database/schema.js';

/** Forgets how requests were routed once nobody asks any more; what they cost stays in the ledger. */
@Injectable()
export class ExplanationPruner extends Pruner {
  protected readonly table = 'request_explanations';
  protected readonly keepMs: number;

  constructor(
    private readonly database: Kysely<Database>,
    clock: Clock,
    { explanationsKeptMs }: ControlPlaneConfig,
  ) {
    super(clock);
    this.keepMs = explanationsKeptMs;
  }

  protected async deleteSome(before: Date, rowsMax: number): Promise<bigint> {
    const result = await this.database
      .deleteFrom('request_explanations')
      .where(({ eb, refTuple, selectFrom }) =>
        eb(
          refTuple('project_id', 'gateway_request_id'),
          'in',
          selectFrom('request_explanations')
            .select(['project_id', 'gateway_request_id'])
            .where('recorded_at', '<', before)
            .limit(rowsMax)
            .$asTuple('project_id', 'gateway_request_id'),
        ),
      )
      .executeTakeFirst();
    return result.numDeletedRows;
  }
}
