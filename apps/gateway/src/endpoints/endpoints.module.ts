import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { BudgetModule } from '../budget/budget.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { ChatCompletionsController } from './chat-completions/chat-completions.controller.js';
import { ModelsModule } from './models/models.module.js';

/** The public endpoints, one folder each. */
@Module({
  imports: [AuthModule, BudgetModule, RoutingModule, ModelsModule],
  controllers: [ChatCompletionsController],
})
export class EndpointsModule {}
