import { Clock } from '#kernel';
import { AdapterRegistry } from '#providers';
import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { RoutingModule } from '../../routing/routing.module.js';
import { GeminiModelsController } from '../gemini/gemini-models.controller.js';
import { ModelAnswer } from './model-answer.js';
import { ModelDirectory } from './model-directory.js';
import { ModelDiscovery } from './model-discovery.js';
import { ModelProbe } from './model-probe.js';
import { ModelsController } from './models.controller.js';
import { UpstreamModelProbe } from './upstream-model-probe.js';

/** The list of models that a key may use. */
@Module({
  imports: [AuthModule, RoutingModule],
  controllers: [ModelsController, GeminiModelsController],
  providers: [
    { provide: ModelProbe, useClass: UpstreamModelProbe },
    {
      provide: ModelDiscovery,
      inject: [AdapterRegistry, ModelProbe, Clock],
      useFactory: (adapters: AdapterRegistry, probe: ModelProbe, clock: Clock) =>
        new ModelDiscovery({ adapters, probe, clock }),
    },
    ModelDirectory,
    ModelAnswer,
  ],
})
export class ModelsModule {}
