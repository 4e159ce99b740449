import { type DynamicModule, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock, Random, SystemClock, SystemRandom } from '#kernel';
import { ControlPlaneConfig } from './config/control-plane-config.js';
import { openDatabase } from './database/database.js';
import type { Database } from './database/schema.js';
import { RowIds } from './ids/row-ids.js';

/** What everything else stands on: configuration, clock, randomness, ids, and the database. Global. */
@Module({})
export class CoreModule implements OnApplicationShutdown {
  constructor(@Inject(Kysely) private readonly database: Kysely<Database>) {}

  static forRoot(config: ControlPlaneConfig): DynamicModule {
    return {
      module: CoreModule,
      global: true,
      providers: [
        { provide: ControlPlaneConfig, useValue: config },
        { provide: Clock, useClass: SystemClock },
        { provide: Random, useClass: SystemRandom },
        {
          provide: RowIds,
          useFactory: (clock: Clock, random: Random) => new RowIds(clock, random),
          inject: [Clock, Random],
        },
        { provide: Kysely, useFactory: openConfiguredDatabase, inject: [ControlPlaneConfig] },
      ],
      exports: [ControlPlaneConfig, Clock, Random, RowIds, Kysely],
    };
  }

  /** Runs after the listener has closed, so no request can want the database any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.database.destroy();
  }
}

function openConfiguredDatabase(config: ControlPlaneConfig): Kysely<Database> {
  const logger = new Logger('Database');
  return openDatabase({
    url: config.databaseUrl,
    connectionsMax: config.databaseConnectionsMax,
    onIdleError: (error) => logger.warn({ err: error }, 'an idle database connection broke and will be replaced'),
  });
}
