import { Bootstrap } from '#auth-cache';
import { Clock } from '#kernel';
import { Logger, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { BootstrapStep } from './bootstrap.step.js';
import { NetcheckStep } from './netcheck.step.js';
import type { StartupStep } from './startup-step.js';
import { Startup } from './startup.js';

/** What the gateway does before it counts as started; see {@link Startup}. */
@Module({
  imports: [AuthModule],
  providers: [
    {
      provide: Startup,
      inject: [GatewayConfig, Clock, Bootstrap],
      useFactory: (config: GatewayConfig, clock: Clock, bootstrap: Bootstrap) => {
        const logger = new Logger('Startup');
        const steps: StartupStep[] = [];
        const { startupNetcheckHosts: hosts, startupNetcheckTimeoutMs: timeoutMs } = config;
        if (hosts.length > 0) steps.push(new NetcheckStep({ hosts, timeoutMs, clock, logger }));
        if (config.bootstrapAllKeys) steps.push(new BootstrapStep(bootstrap));
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
