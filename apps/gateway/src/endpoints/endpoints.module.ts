import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { BudgetModule } from '../budget/budget.module.js';
import { EmbeddingModule } from '../embedding/embedding.module.js';
import { GenerationModule } from '../generation/generation.module.js';
import { Shadows } from '../routing/shadows.js';
import { WalkConclusion } from '../routing/walk-conclusion.js';
import { RoutingModule } from '../routing/routing.module.js';
import { TokenCountModule } from '../token-count/token-count.module.js';
import { ChatCompletionsController } from './chat-completions/chat-completions.controller.js';
import { CompletionsController } from './completions/completions.controller.js';
import { EmbeddingsController } from './embeddings/embeddings.controller.js';
import { GeminiController } from './gemini/gemini.controller.js';
import { MessagesController } from './messages/messages.controller.js';
import { ModelsModule } from './models/models.module.js';
import { ResponsesController } from './responses/responses.controller.js';
import { StoredResponseHandler } from './responses/stored-response-handler.js';

/** The public endpoints, one folder each. */
@Module({
  imports: [AuthModule, BudgetModule, RoutingModule, GenerationModule, EmbeddingModule, TokenCountModule, ModelsModule],
  controllers: [
    ChatCompletionsController,
    CompletionsController,
    ResponsesController,
    MessagesController,
    EmbeddingsController,
    GeminiController,
  ],
  providers: [StoredResponseHandler, WalkConclusion, Shadows],
})
export class EndpointsModule {}
