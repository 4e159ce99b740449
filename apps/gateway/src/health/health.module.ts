import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { SpendModule } from '../spend/spend.module.js';
import { StartupModule } from '../startup/startup.module.js';
import { ControlPlaneMonitor } from './control-plane-monitor.js';
import { HealthController } from './health.controller.js';

/** Probes and the status page. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false }), SpendModule, StartupModule],
  controllers: [HealthController],
  providers: [ControlPlaneMonitor],
})
export class HealthModule {}
