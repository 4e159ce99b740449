import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GenerationHandler } from '../../generation/generation-handler.js';
import type { RelayResult } from '../../relay/answer-receiver.js';
import { InterceptorChain } from '../interceptor-chain.js';
import { COMPLETIONS, COMPLETIONS_DIALECT } from './completions.endpoint.js';

/** OpenAI's legacy completions. */
@Controller()
@InterceptorChain()
export class CompletionsController {
  constructor(private readonly generation: GenerationHandler) {}

  /** Runs once per attempt; the candidate is the exchange's current one. */
  @Post(COMPLETIONS.route)
  @HttpCode(200)
  @RouteConfig({ endpoint: COMPLETIONS })
  create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    return this.generation.attempt(request, reply, COMPLETIONS, COMPLETIONS_DIALECT);
  }
}
