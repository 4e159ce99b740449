import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EmbeddingHandler } from '../../embedding/embedding-handler.js';
import { exchangeOf } from '../../exchange/exchange.js';
import { GenerationHandler } from '../../generation/generation-handler.js';
import type { RelayResult } from '../../relay/answer-receiver.js';
import { TokenCountHandler } from '../../token-count/token-count-handler.js';
import { InterceptorChain } from '../interceptor-chain.js';
import { readGeminiPath } from './gemini-path.js';
import {
  BATCH_EMBED_CONTENTS,
  COUNT_TOKENS,
  EMBED_CONTENT,
  GEMINI_BATCH_EMBEDDING,
  GEMINI_DIALECT,
  GEMINI_EMBEDDING,
  GEMINI_PATHS,
  GEMINI_TOKEN_COUNT,
  GENERATE_CONTENT,
  STREAM_GENERATE_CONTENT,
  geminiEndpointOf,
} from './gemini.endpoint.js';
import { asJsonList } from './json-list-stream.js';

/** Gemini's own API. The handler runs once per attempt; the path's action says what is asked. */
@Controller()
@InterceptorChain()
export class GeminiController {
  constructor(
    private readonly generation: GenerationHandler,
    private readonly tokenCounts: TokenCountHandler,
    private readonly embeddings: EmbeddingHandler,
  ) {}

  @Post([...GEMINI_PATHS])
  @HttpCode(200)
  @RouteConfig({ endpoint: geminiEndpointOf })
  call(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    const { endpoint } = exchangeOf(request);
    if (endpoint === COUNT_TOKENS) {
      return this.tokenCounts.attempt(request, reply, bodyOf(request), GEMINI_TOKEN_COUNT);
    }
    if (endpoint === EMBED_CONTENT) return this.embeddings.attempt(request, reply, bodyOf(request), GEMINI_EMBEDDING);
    if (endpoint === BATCH_EMBED_CONTENTS) {
      return this.embeddings.attempt(request, reply, bodyOf(request), GEMINI_BATCH_EMBEDDING);
    }
    if (endpoint !== STREAM_GENERATE_CONTENT) {
      return this.generation.attempt(request, reply, GENERATE_CONTENT, GEMINI_DIALECT);
    }
    const wrap = readGeminiPath(request.url).asEvents ? undefined : asJsonList;
    return this.generation.attempt(request, reply, STREAM_GENERATE_CONTENT, GEMINI_DIALECT, wrap);
  }
}

function bodyOf(request: FastifyRequest): Buffer {
  const exchange = exchangeOf(request);
  return exchange.requestOf(geminiEndpointOf(request.url)).body;
}
