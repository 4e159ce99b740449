import { ChatStreamTap, encodeChatRequest, readChatAnswer, usageChunkIsOurs } from '#providers';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from '../../exchange/exchange.js';
import type { RelayResult } from '../../relay/answer-receiver.js';
import { UpstreamRelay } from '../../relay/upstream-relay.js';
import { InterceptorChain } from '../interceptor-chain.js';
import { CHAT_COMPLETIONS } from './chat-completions.endpoint.js';

/** OpenAI's chat completions. */
@Controller()
@InterceptorChain()
export class ChatCompletionsController {
  constructor(private readonly relay: UpstreamRelay) {}

  /** Runs once per attempt; the candidate is the exchange's current one. */
  @Post(CHAT_COMPLETIONS.route)
  @HttpCode(200)
  @RouteConfig({ endpoint: CHAT_COMPLETIONS })
  create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<RelayResult> {
    const exchange = exchangeOf(request);
    const chat = exchange.requestOf(CHAT_COMPLETIONS);
    return this.relay.attempt(request, reply, {
      operation: 'generate',
      dialect: 'openai-chat',
      body: encodeChatRequest(chat, exchange.candidate?.model ?? ''),
      streams: chat.streams,
      createTap: () => new ChatStreamTap({ withholdUsageChunk: usageChunkIsOurs(chat) }),
      readAnswer: readChatAnswer,
    });
  }
}
