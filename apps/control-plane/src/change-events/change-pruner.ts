import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import { Pruner } from '../database/pruner.js';
import type { Database } from '../database/schema.js';

/** Forgets old changes, so that the feed stays small. */
@Injectable()
export class ChangePruner extends Pruner {
  protected readonly table = 'change_events';
  /** No gateway holds anything older than six hours, so none needs to hear of a change after a week. */
  protected readonly keepMs = 7 * 24 * 3_600_000;

  constructor(
    private readonly database: Kysely<Database>,
    clock: Clock,
  ) {
    super(clock);
  }

  protected async deleteSome(before: Date, rowsMax: number): Promise<bigint> {
    const result = await this.database
      .deleteFrom('change_events')
      .where('revision', 'in', (build) =>
        build.selectFrom('change_events').select('revision').where('created_at', '<', before).limit(rowsMax),
      )
      .executeTakeFirst();
    return result.numDeletedRows;
  }
}
