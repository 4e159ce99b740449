import { ControlPlaneClient } from '#gateway-protocol';
import { Clock, Random } from '#kernel';
import { Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ControlPlaneSpendShipper } from './drain/control-plane-spend-shipper.js';
import { RejectedLog } from './drain/rejected-log.js';
import { SpendDrainer } from './drain/spend-drainer.js';
import { SpendShipper } from './drain/spend-shipper.js';
import { SpendConfig } from './spend-config.js';
import { SpendEventLog } from './spend-event-log.js';
import { SpendJournal } from './spend-journal.js';
import { SpendLifecycle } from './spend-lifecycle.js';
import { SpendRecorder } from './spend-recorder.js';
import { registerSpendMetrics } from './spend-metrics.js';
import { SpoolDirectory } from './spool/spool-directory.js';
import { Spool } from './spool/spool.js';

/**
 * The spend journal: what every request costs, on disk first and then with the control plane.
 *
 * Needs `SpendConfig`, `ControlPlaneClient`, `Clock` and `Random` from a global module. Starts with the application. The
 * shutdown sequence calls {@link SpendLifecycle.close} with its deadline; an application that is closed without it keeps
 * what is unshipped on disk.
 */
@Module({
  providers: [
    { provide: SpendEventLog, useFactory: (clock: Clock) => new SpendEventLog(clock), inject: [Clock] },
    {
      provide: Spool,
      useFactory: (config: SpendConfig, clock: Clock, random: Random, log: SpendEventLog) =>
        new Spool({
          directory: new SpoolDirectory(config.dir),
          maxBytes: config.maxBytes,
          podId: config.podId,
          clock,
          random,
          onEvent: log.write,
        }),
      inject: [SpendConfig, Clock, Random, SpendEventLog],
    },
    {
      provide: SpendJournal,
      useFactory: (config: SpendConfig, spool: Spool, log: SpendEventLog) =>
        new SpendJournal({ spool: config.enabled ? spool : undefined, onEvent: log.write, strict: false }),
      inject: [SpendConfig, Spool, SpendEventLog],
    },
    {
      provide: SpendRecorder,
      useFactory: (journal: SpendJournal, clock: Clock) => new SpendRecorder(journal, clock),
      inject: [SpendJournal, Clock],
    },
    {
      provide: SpendShipper,
      useFactory: (client: ControlPlaneClient) => new ControlPlaneSpendShipper(client),
      inject: [ControlPlaneClient],
    },
    {
      provide: SpendDrainer,
      useFactory: (
        spool: Spool,
        shipper: SpendShipper,
        config: SpendConfig,
        clock: Clock,
        random: Random,
        log: SpendEventLog,
      ) =>
        new SpendDrainer({
          spool,
          shipper,
          rejectedLog: new RejectedLog(config.dir),
          clock,
          random,
          onEvent: log.write,
        }),
      inject: [Spool, SpendShipper, SpendConfig, Clock, Random, SpendEventLog],
    },
    {
      provide: SpendLifecycle,
      useFactory: (config: SpendConfig, spool: Spool, drainer: SpendDrainer, clock: Clock) =>
        new SpendLifecycle({ config, spool, drainer, clock }),
      inject: [SpendConfig, Spool, SpendDrainer, Clock],
    },
  ],
  exports: [SpendRecorder, SpendJournal, SpendLifecycle, SpendDrainer, Spool],
})
export class SpendModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly lifecycle: SpendLifecycle,
    spool: Spool,
    drainer: SpendDrainer,
    journal: SpendJournal,
  ) {
    registerSpendMetrics(spool, drainer, journal);
  }

  onApplicationBootstrap(): void {
    this.lifecycle.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.lifecycle.close(AbortSignal.abort());
  }
}
