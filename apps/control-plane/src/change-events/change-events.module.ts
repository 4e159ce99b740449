import { Logger, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock, Random } from '#kernel';
import { ControlPlaneConfig } from '../config/control-plane-config.js';
import { ChangeFeed } from './change-feed.js';
import { ChangeListener } from './change-listener.js';
import { ChangePruner } from './change-pruner.js';
import { MultiplexedFeed } from './multiplexed-feed.js';

/** The change feed. Writers do not need it: they call `recordChange` in their transaction. */
@Module({
  providers: [
    {
      provide: ChangeListener,
      useFactory: (config: ControlPlaneConfig, clock: Clock, random: Random) => {
        const logger = new Logger(ChangeListener.name);
        return new ChangeListener({
          databaseUrl: config.databaseUrl,
          clock,
          random,
          onTrouble: (error) => logger.warn({ err: error }, 'not listening for changes, will try again'),
        });
      },
      inject: [ControlPlaneConfig, Clock, Random],
    },
    ChangeFeed,
    MultiplexedFeed,
    ChangePruner,
  ],
  exports: [ChangeFeed, MultiplexedFeed, ChangeListener],
})
export class ChangeEventsModule implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly listener: ChangeListener) {}

  onModuleInit(): void {
    this.listener.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.listener.stop();
  }
}
