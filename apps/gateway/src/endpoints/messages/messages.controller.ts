import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from '../../exchange/exchange.js';
import { GenerationHandler } from '../../generation/generation-handler.js';
import type { RelayResult } from '../../relay/answer-receiver.js';
import { TokenCountHandler } from '../../token-count/token-count-handler.js';
import { InterceptorChain } from '../interceptor-chain.js';
import { COUNT_MESSAGE_TOKENS, MESSAGES, MESSAGES_DIALECT, MESSAGE_TOKEN_COUNT } from './messages.endpoint.js';

/** Anthropic's messages. Handlers run once per attempt; the candidate is the exchange's current one. */
@Controller()
@InterceptorChain()
export class MessagesController {
  constructor(
    private readonly generation: GenerationHandler,
    private readonly tokenCounts: TokenCountHandler,
  ) {}

  @Post(MESSAGES.route)
  @HttpCode(200)
  @RouteConfig({ endpoint: MESSAGES })
  create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    return this.generation.attempt(request, reply, MESSAGES, MESSAGES_DIALECT);
  }

  @Post(COUNT_MESSAGE_TOKENS.route)
  @HttpCode(200)
  @RouteConfig({ endpoint: COUNT_MESSAGE_TOKENS })
  countTokens(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    const { body } = exchangeOf(request).requestOf(COUNT_MESSAGE_TOKENS);
    return this.tokenCounts.attempt(request, reply, body, MESSAGE_TOKEN_COUNT);
  }
}
