import { Clock } from '#kernel';
import { Logger, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.js';
import { NetcheckStep } from './netcheck.step.js';
import type { StartupStep } from './startup-step.js';
import { Startup } from './startup.js';

/** What the gateway does before it counts as started; see {@link Startup}. */
@Module({
  providers: [
    {
      provide: Startup,
      inject: [GatewayConfig, Clock],
      useFactory: (config: GatewayConfig, clock: Clock) => {
        const logger = new Logger('Startup');
        const steps: StartupStep[] = [];
        const { startupNetcheckHosts: hosts, startupNetcheckTimeoutMs: timeoutMs } = config;
        if (hosts.length > 0) steps.push(new NetcheckStep({ hosts, timeoutMs, clock, logger }));
        return new Startup(steps, logger);
      },
    },
  ],
  exports: [Startup],
})
export class StartupModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly startup: Startup) {}

  onApplicationBootstrap(): void {
    this.startup.begin();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.startup.stop();
  }
}
