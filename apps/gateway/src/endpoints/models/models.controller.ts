import { Controller, Get, Req, Res, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthInterceptor } from '../../auth/auth.interceptor.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { exchangeOf, identityHeaders, type Exchange } from '../../exchange/exchange.js';
import { GatewayVersion } from '../../gateway-version.js';
import { ModelDirectory, type DirectoryListing } from './model-directory.js';
import { GET_MODEL, LIST_MODELS } from './models.endpoint.js';

/** Longest part of an unknown id that an error repeats. */
const REPEATED_CHARACTERS_MAX = 256;

/** OpenAI's model list. It needs a good key and nothing else: it costs nothing, so no budget stands in its way. */
@Controller()
@UseInterceptors(AuthInterceptor)
export class ModelsController {
  constructor(
    private readonly directory: ModelDirectory,
    private readonly version: GatewayVersion,
  ) {}

  @Get(LIST_MODELS.route)
  @RouteConfig({ endpoint: LIST_MODELS })
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const listing = await this.directory.of(exchange.bundle);
    this.send(exchange, reply, listing, { object: 'list', data: listing.models });
  }

  @Get(GET_MODEL.route)
  @RouteConfig({ endpoint: GET_MODEL })
  async get(@Req() request: FastifyRequest<{ Params: { '*': string } }>, @Res() reply: FastifyReply): Promise<void> {
    const exchange = exchangeOf(request);
    const listing = await this.directory.of(exchange.bundle);
    const id = request.params['*'];
    const model = listing.models.find((entry) => entry.id === id);
    if (model === undefined) throw unknownModel(id, listing);
    this.send(exchange, reply, listing, model);
  }

  private send(exchange: Exchange, reply: FastifyReply, { gaps }: DirectoryListing, body: object): void {
    if (exchange.departure.aborted) return;
    void reply
      .headers({
        ...identityHeaders(exchange, this.version.text),
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        ...(gaps.length === 0 ? {} : { 'x-langwatch-models-discovery-incomplete': gaps.join(',') }),
      })
      .send(JSON.stringify(body));
  }
}

function unknownModel(id: string, { gaps }: DirectoryListing): GatewayError {
  return new GatewayError('not_found', {
    message: `There is no model "${id.slice(0, REPEATED_CHARACTERS_MAX)}" that this key may use.`,
    ...(gaps.length === 0 ? {} : { meta: { discovery_incomplete: gaps } }),
  });
}
