import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GenerationHandler } from '../../generation/generation-handler.js';
import type { RelayResult } from '../../relay/answer-receiver.js';
import { InterceptorChain } from '../interceptor-chain.js';
import { CHAT_COMPLETIONS, CHAT_DIALECT } from './chat-completions.endpoint.js';

/** OpenAI's chat completions. */
@Controller()
@InterceptorChain()
export class ChatCompletionsController {
  constructor(private readonly generation: GenerationHandler) {}

  /** Runs once per attempt; the candidate is the exchange's current one. */
  @Post(CHAT_COMPLETIONS.route)
  @HttpCode(200)
  @RouteConfig({ endpoint: CHAT_COMPLETIONS })
  create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    return this.generation.attempt(request, reply, CHAT_COMPLETIONS, CHAT_DIALECT);
  }
}
