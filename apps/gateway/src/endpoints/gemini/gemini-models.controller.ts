import { Controller, Get, Req, Res, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthInterceptor } from '../../auth/auth.interceptor.js';
import { exchangeOf } from '../../exchange/exchange.js';
import { ModelAnswer } from '../models/model-answer.js';
import { ModelDirectory } from '../models/model-directory.js';
import { describeGeminiModel } from './gemini-model.js';
import { GET_GEMINI_MODEL, LIST_GEMINI_MODELS } from './gemini-models.endpoint.js';

/** Gemini's model list. It needs a good key and nothing else: it costs nothing, so no budget stands in its way. */
@Controller()
@UseInterceptors(AuthInterceptor)
export class GeminiModelsController {
  constructor(
    private readonly directory: ModelDirectory,
    private readonly answer: ModelAnswer,
  ) {}

  /** The whole list is one page. */
  @Get(LIST_GEMINI_MODELS.route)
  @RouteConfig({ endpoint: LIST_GEMINI_MODELS })
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const listing = await this.directory.of(exchange.bundle);
    this.answer.send(exchange, reply, listing, { models: listing.models.map(describeGeminiModel) });
  }

  @Get(GET_GEMINI_MODEL.route)
  @RouteConfig({ endpoint: GET_GEMINI_MODEL })
  async get(@Req() request: FastifyRequest<{ Params: { '*': string } }>, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const listing = await this.directory.of(exchange.bundle);
    const model = this.answer.find(listing, request.params['*']);
    this.answer.send(exchange, reply, listing, describeGeminiModel(model));
  }
}
