import { Module } from '@nestjs/common';

import { ManagementModule } from '../management/management.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { ModelProvidersController } from './model-providers.controller.js';
import { ModelProviders } from './model-providers.js';
import { ProviderChecks } from './provider-checks.js';
import { ProviderFamilies } from './provider-families.js';

/** Credentials of vendors in the management API; the `AdapterRegistry` says which vendors there are. */
@Module({
  imports: [ManagementModule, SecretsModule],
  controllers: [ModelProvidersController],
  providers: [ModelProviders, ProviderChecks, ProviderFamilies],
})
export class ModelProvidersModule {}
