import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Kysely, sql } from 'kysely';
import { Clock } from '#kernel';
import type { Database } from '../database/schema.js';

/** A database that takes longer to say "1" is of no use to a request either. */
const ANSWER_TIMEOUT_MS = 2_000;

/** Whether PostgreSQL answers. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly database: Kysely<Database>,
    private readonly clock: Clock,
  ) {}

  async check(): Promise<HealthIndicatorResult<'database'>> {
    const indicator = this.indicators.check('database');
    const answered = sql`SELECT 1`.execute(this.database).then(
      () => true,
      () => false,
    );
    const timedOut = this.clock.sleep(ANSWER_TIMEOUT_MS).then(() => false);
    return (await Promise.race([answered, timedOut])) ? indicator.up() : indicator.down();
  }
}
