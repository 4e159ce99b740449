import { Module } from '@nestjs/common';

import { AdminAuthModule } from '../admin-auth/admin-auth.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { IdempotentCreates } from './idempotent-creates.js';

/** What the controllers of the management API share. */
@Module({
  imports: [AdminAuthModule, SecretsModule],
  providers: [IdempotentCreates],
  exports: [AdminAuthModule, IdempotentCreates],
})
export class ManagementModule {}
