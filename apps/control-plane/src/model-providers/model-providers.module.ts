import { Module } from '@nestjs/common';

import { Clock } from '#kernel';
import { AdapterRegistry, createShippedAdapters } from '#providers';

import { ManagementModule } from '../management/management.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { ModelProvidersController } from './model-providers.controller.js';
import { ModelProviders } from './model-providers.js';
import { ProviderChecks } from './provider-checks.js';
import { ProviderFamilies } from './provider-families.js';

/** Credentials of vendors in the management API. Whoever provides another `AdapterRegistry` adds vendors. */
@Module({
  imports: [ManagementModule, SecretsModule],
  controllers: [ModelProvidersController],
  providers: [
    {
      provide: AdapterRegistry,
      inject: [Clock],
      useFactory: (clock: Clock) => new AdapterRegistry(createShippedAdapters({ clock })),
    },
    ModelProviders,
    ProviderChecks,
    ProviderFamilies,
  ],
})
export class ModelProvidersModule {}
