import { Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GenerationHandler } from '../../generation/generation-handler.js';
import type { RelayResult } from '../../relay/answer-receiver.js';
import { InterceptorChain } from '../interceptor-chain.js';
import {
  CANCEL_RESPONSE,
  DELETE_RESPONSE,
  RESPONSE_INPUT_ITEMS,
  RESPONSES,
  RESPONSES_DIALECT,
  STORED_RESPONSE,
} from './responses.endpoint.js';
import { StoredResponseHandler } from './stored-response-handler.js';

/** OpenAI's responses: made here, and those that a provider has stored. Handlers run once per attempt. */
@Controller()
@InterceptorChain()
export class ResponsesController {
  constructor(
    private readonly generation: GenerationHandler,
    private readonly stored: StoredResponseHandler,
  ) {}

  @Post(RESPONSES.route)
  @HttpCode(200)
  @RouteConfig({ endpoint: RESPONSES })
  create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    return this.generation.attempt(request, reply, RESPONSES, RESPONSES_DIALECT);
  }

  @Get(STORED_RESPONSE.route)
  @RouteConfig({ endpoint: STORED_RESPONSE })
  get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    return this.stored.attempt(request, reply, 'GET');
  }

  @Delete(DELETE_RESPONSE.route)
  @RouteConfig({ endpoint: DELETE_RESPONSE })
  remove(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    return this.stored.attempt(request, reply, 'DELETE');
  }

  @Post(CANCEL_RESPONSE.route)
  @HttpCode(200)
  @RouteConfig({ endpoint: CANCEL_RESPONSE })
  cancel(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    return this.stored.attempt(request, reply, 'POST');
  }

  @Get(RESPONSE_INPUT_ITEMS.route)
  @RouteConfig({ endpoint: RESPONSE_INPUT_ITEMS })
  inputItems(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    return this.stored.attempt(request, reply, 'GET');
  }
}
