import { Module } from '@nestjs/common';

import { ManagementModule } from '../management/management.module.js';
import { RequestsController } from './requests.controller.js';

/** Explanations of single requests in the management API. */
@Module({ imports: [ManagementModule], controllers: [RequestsController] })
export class RequestsModule {}
