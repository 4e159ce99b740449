import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EmbeddingHandler } from '../../embedding/embedding-handler.js';
import { exchangeOf } from '../../exchange/exchange.js';
import type { RelayResult } from '../../relay/answer-receiver.js';
import { InterceptorChain } from '../interceptor-chain.js';
import { EMBEDDINGS, EMBEDDINGS_DIALECT } from './embeddings.endpoint.js';

/** OpenAI's embeddings. */
@Controller()
@InterceptorChain()
export class EmbeddingsController {
  constructor(private readonly embeddings: EmbeddingHandler) {}

  /** Runs once per attempt; the candidate is the exchange's current one. */
  @Post(EMBEDDINGS.route)
  @HttpCode(200)
  @RouteConfig({ endpoint: EMBEDDINGS })
  create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    const { body } = exchangeOf(request).requestOf(EMBEDDINGS);
    return this.embeddings.attempt(request, reply, body, EMBEDDINGS_DIALECT);
  }
}
