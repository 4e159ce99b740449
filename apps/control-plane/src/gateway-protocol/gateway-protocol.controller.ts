import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  BOOTSTRAP_CONTENT_TYPE,
  GATEWAY_PROTOCOL_PREFIX,
  REVISION_HEADER,
  type ChangeCursorsResponse,
  type ChangesResponse,
  type ResolveKeyResponse,
  type SpendBatchResponse,
  resolveKeyRequestSchema,
  spendBatchSchema,
} from '#gateway-protocol';
import { BootstrapPages } from '../bootstrap/bootstrap-pages.js';
import { parseBootstrapQuery } from '../bootstrap/bootstrap-query.js';
import { ChangeFeed } from '../change-events/change-feed.js';
import { MultiplexedFeed } from '../change-events/multiplexed-feed.js';
import { GatewayFleet } from '../fleet/gateway-fleet.js';
import { senderOf } from '../fleet/sighting.js';
import { parseJson } from '../http/parse-json.js';
import { SpendLedger } from '../spend/spend-ledger.js';
import { parseChangeCursors, parseChangesQuery } from './changes-query.js';
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
    private readonly manyFeeds: MultiplexedFeed,
    private readonly bootstrapPages: BootstrapPages,
    private readonly fleet: GatewayFleet,
    private readonly ledger: SpendLedger,
  ) {}

  @Get('health')
  health(@Req() request: FastifyRequest): { status: 'ok' } {
    const sender = senderOf(request);
    if (sender !== undefined) this.fleet.noteSeen(sender);
    return { status: 'ok' };
  }

  /** All active keys, a page at a time: our extension, see `BootstrapPages`. */
  @Get('bootstrap')
  async bootstrap(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const question = parseBootstrapQuery(query);
    const sender = senderOf(request);
    if (sender !== undefined && question.afterId === undefined) await this.fleet.ensureHolderOfAll(sender);
    const isCompressed = acceptsGzip(request.headers['accept-encoding']);
    const notBeforeMs = sender === undefined ? Number.NEGATIVE_INFINITY : this.fleet.holderOfAllSinceMs(sender);
    const page = await this.bootstrapPages.read({ ...question, isCompressed, notBeforeMs });
    reply.headers({ etag: page.etag, 'cache-control': 'no-store', vary: 'accept-encoding' });
    if (request.headers['if-none-match'] === page.etag) {
      reply.status(304);
      return undefined;
    }
    reply.header('content-type', BOOTSTRAP_CONTENT_TYPE);
    if (isCompressed) reply.header('content-encoding', 'gzip');
    return page.bytes;
  }

  @Post('resolve-key')
  @HttpCode(200)
  async resolveKey(@Body() body: unknown, @Req() request: FastifyRequest): Promise<ResolveKeyResponse> {
    const { data } = resolveKeyRequestSchema.safeParse(parseJson(body));
    const presentedKey = data?.key_presented;
    if (presentedKey === undefined || presentedKey === '') throw protocolError('missing_key_presented');
    const first = await this.keys.resolve(presentedKey);
    const sender = senderOf(request);
    const mustReadAgain = first.ok && sender && (await this.fleet.ensureHolder(sender, first.organizationId));
    const resolution = mustReadAgain ? await this.keys.resolve(presentedKey) : first;
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
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChangesResponse | undefined> {
    const question = parseChangesQuery(query);
    const sender = senderOf(request);
    if (sender !== undefined) this.fleet.noteApplied(sender, question.organizationId, question.since);
    const answer = await this.feed.read(question, whenLeft(reply));
    if (answer === undefined) throw protocolError('too_many_readers');
    reply.header('cache-control', 'no-store');
    if (answer.kind === 'changes') {
      return { current_revision: answer.currentRevision, changes: [...answer.changes] };
    }
    reply.status(204).header(REVISION_HEADER, answer.revision);
    return undefined;
  }

  /** The feeds of many organizations in one poll: our extension, see `MultiplexedFeed`. */
  @Post('changes')
  @HttpCode(200)
  async manyChanges(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChangeCursorsResponse | undefined> {
    const question = parseChangeCursors(parseJson(body));
    const sender = senderOf(request);
    if (sender !== undefined) {
      for (const [organizationId, since] of question.cursors) this.fleet.noteApplied(sender, organizationId, since);
    }
    const news = await this.manyFeeds.read(question, whenLeft(reply));
    if (news === 'too_many_readers') throw protocolError('too_many_readers');
    reply.header('cache-control', 'no-store');
    if (news !== undefined) return { organizations: news };
    reply.status(204);
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

/** Aborts when the reader has left. */
function whenLeft(reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  return left.signal;
}

function acceptsGzip(header: string | undefined): boolean {
  return /(?:^|,)\s*gzip\s*(?:$|,|;(?!\s*q=0(?:\.0*)?\s*(?:$|,)))/i.test(header ?? '');
}
