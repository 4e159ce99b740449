import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  GATEWAY_PROTOCOL_PREFIX,
  REVISION_HEADER,
  type ChangesResponse,
  type ResolveKeyResponse,
  type SpendBatchResponse,
  resolveKeyRequestSchema,
  spendBatchSchema,
} from '#gateway-protocol';
import { ChangeFeed } from '../change-events/change-feed.js';
import { apiError } from '../errors/api-error.js';
import { parseJson } from '../http/parse-json.js';
import { SpendLedger } from '../spend/spend-ledger.js';
import { parseChangesQuery } from './changes-query.js';
import { KeyConfigs } from './key-configs.js';
import { KeyResolver } from './key-resolver.js';
import { protocolError } from './protocol-error.js';
import { SignatureGuard } from './signature.guard.js';

/** What gateways call (contract 3). Every request is signed; nothing here is for people. */
@Controller(GATEWAY_PROTOCOL_PREFIX)
@UseGuards(SignatureGuard)
export class GatewayProtocolController {
  constructor(
    private readonly keys: KeyResolver,
    private readonly configs: KeyConfigs,
    private readonly feed: ChangeFeed,
    private readonly ledger: SpendLedger,
  ) {}

  @Get('health')
  health(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Gateways learn keys as they are used; nothing is handed out in advance. */
  @Get('bootstrap')
  bootstrap(): never {
    throw apiError('not_implemented');
  }

  @Post('resolve-key')
  @HttpCode(200)
  async resolveKey(@Body() body: unknown): Promise<ResolveKeyResponse> {
    const request = resolveKeyRequestSchema.safeParse(parseJson(body));
    const presentedKey = request.data?.key_presented;
    if (presentedKey === undefined || presentedKey === '') throw protocolError('missing_key_presented');
    const resolution = await this.keys.resolve(presentedKey);
    if (!resolution.ok) throw protocolError(resolution.code);
    return resolution.answer;
  }

  @Get('config/:virtualKeyId')
  async config(
    @Param('virtualKeyId') virtualKeyId: string,
    @Headers('if-none-match') heldEtag: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const answer = await this.configs.read(virtualKeyId, heldEtag);
    if (answer.kind === 'unknown_key') throw protocolError('unknown_virtual_key');
    // The tag goes out unquoted: gateways compare it as it is (contract 3.5).
    reply.headers({ etag: answer.etag, 'cache-control': 'no-store' });
    if (answer.kind === 'config') return answer.payload;
    reply.status(304);
    return undefined;
  }

  @Get('changes')
  async changes(
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChangesResponse | undefined> {
    const question = parseChangesQuery(query);
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    const answer = await this.feed.read(question, left.signal);
    if (answer === undefined) throw protocolError('too_many_readers');
    reply.header('cache-control', 'no-store');
    if (answer.kind === 'changes') {
      return { current_revision: answer.currentRevision, changes: [...answer.changes] };
    }
    reply.status(204).header(REVISION_HEADER, answer.revision);
    return undefined;
  }

  @Post('spend-commands')
  @HttpCode(200)
  async spendCommands(@Body() body: unknown): Promise<SpendBatchResponse> {
    const batch = spendBatchSchema.safeParse(parseJson(body));
    if (!batch.success) throw protocolError('invalid_batch');
    return this.ledger.record(batch.data.records);
  }
}
