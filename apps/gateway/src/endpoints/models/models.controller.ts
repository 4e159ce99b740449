import { Controller, Get, Req, Res, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthInterceptor } from '../../auth/auth.interceptor.js';
import { exchangeOf } from '../../exchange/exchange.js';
import { ModelAnswer } from './model-answer.js';
import { ModelDirectory } from './model-directory.js';
import { GET_MODEL, LIST_MODELS } from './models.endpoint.js';

/** OpenAI's model list. It needs a good key and nothing else: it costs nothing, so no budget stands in its way. */
@Controller()
@UseInterceptors(AuthInterceptor)
export class ModelsController {
  constructor(
    private readonly directory: ModelDirectory,
    private readonly answer: ModelAnswer,
  ) {}

  @Get(LIST_MODELS.route)
  @RouteConfig({ endpoint: LIST_MODELS })
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const listing = await this.directory.of(exchange.bundle);
    this.answer.send(exchange, reply, listing, { object: 'list', data: listing.models });
  }

  @Get(GET_MODEL.route)
  @RouteConfig({ endpoint: GET_MODEL })
  async get(@Req() request: FastifyRequest<{ Params: { '*': string } }>, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const listing = await this.directory.of(exchange.bundle);
    this.answer.send(exchange, reply, listing, this.answer.find(listing, request.params['*']));
  }
}
