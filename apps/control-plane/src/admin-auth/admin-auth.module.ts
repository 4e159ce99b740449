import { Module } from '@nestjs/common';

import { AdminKeyGuard } from './admin-key.guard.js';
import { AdminKeys } from './admin-keys.js';

/** Admin keys: minting, revoking, and the guard in front of the management API. */
@Module({ providers: [AdminKeys, AdminKeyGuard], exports: [AdminKeys, AdminKeyGuard] })
export class AdminAuthModule {}
