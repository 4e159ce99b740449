import { applyDecorators, Controller, UseGuards } from '@nestjs/common';

import { AdminKeyGuard } from '../admin-auth/admin-key.guard.js';
import { MANAGEMENT_PREFIX } from './route.js';

/** Makes a class a controller of the management API: below its prefix, behind an admin key. */
export function ManagementController(): ClassDecorator {
  return applyDecorators(Controller(MANAGEMENT_PREFIX), UseGuards(AdminKeyGuard));
}
