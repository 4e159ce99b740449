import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { SpendModule } from '../spend/spend.module.js';
import { ControlPlaneMonitor } from './control-plane-monitor.js';
import { HealthController } from './health.controller.js';
import { Startup } from './startup.js';

/** Probes and the status page. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false }), SpendModule],
  controllers: [HealthController],
  providers: [ControlPlaneMonitor, Startup],
})
export class HealthModule implements OnApplicationBootstrap {
  constructor(private readonly startup: Startup) {}

  onApplicationBootstrap(): void {
    this.startup.complete();
  }
}
