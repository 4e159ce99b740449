import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { Injectable, Logger } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import { hashBootstrapBody, joinBootstrapPage } from '#gateway-protocol';
import type { Database } from '../database/schema.js';
import { BundleTokens } from '../gateway-protocol/bundle-tokens.js';
import { KeySecrets } from '../secrets/key-secrets.js';
import { SealError } from '../secrets/sealer.js';
import { type LiveSecret, writeBootstrapPage } from './bootstrap-body.js';
import { type BootstrapKey, type BootstrapQuestion, readBootstrapRows } from './bootstrap-rows.js';
import { ProviderSlots } from './provider-slots.js';

/** A page, ready to be sent. */
export interface WrittenPage {
  /** Unquoted hash of the body: it moves with everything on the page, spend included, but not with the token. */
  readonly etag: string;
  readonly text: string;
  /** The page compressed; computed on the first call. */
  gzipped(): Promise<Buffer>;
}

const compress = promisify(gzip);
/** The fastest level: the link is short, and a starting gateway waits. */
const GZIP = { level: constants.Z_BEST_SPEED };

/** Writes pages of all active keys, for gateways that load them before they serve. */
@Injectable()
export class BootstrapPages {
  private readonly logger = new Logger(BootstrapPages.name);
  private readonly inProgress = new Map<string, Promise<WrittenPage>>();

  constructor(
    private readonly database: Kysely<Database>,
    private readonly slots: ProviderSlots,
    private readonly secrets: KeySecrets,
    private readonly tokens: BundleTokens,
    private readonly clock: Clock,
  ) {}

  /** Reads one page as of now. Gateways that start together and ask for the same page while it is made share it. */
  async read(question: BootstrapQuestion): Promise<WrittenPage> {
    const name = `${question.afterId ?? ''} ${question.limit}`;
    const running = this.inProgress.get(name);
    if (running !== undefined) return running;
    const page = this.write(question).finally(() => this.inProgress.delete(name));
    this.inProgress.set(name, page);
    return page;
  }

  private async write(question: BootstrapQuestion): Promise<WrittenPage> {
    const nowMs = this.clock.now();
    const rows = await readBootstrapRows(this.database, question, nowMs);
    const body = writeBootstrapPage(rows, {
      writeSlot: (row) => this.slots.write(row),
      readSecrets: (key) => this.readSecrets(key, nowMs),
    });
    const etag = hashBootstrapBody(body);
    const text = joinBootstrapPage({ token: await this.tokens.signPage(etag), body });
    let compressed: Promise<Buffer> | undefined;
    return { etag, text, gzipped: () => (compressed ??= compress(text, GZIP)) };
  }

  private readSecrets(key: BootstrapKey, nowMs: number): readonly LiveSecret[] {
    const secrets: LiveSecret[] = [];
    const current = this.openDigest(key.id, key.sealed_digest, key.digest_sealing_key_version);
    if (current !== undefined) secrets.push({ digest: current, expiresAt: null });
    const graceEnds = Math.floor((key.previous_secret_expires_at?.getTime() ?? 0) / 1000);
    if (graceEnds * 1000 <= nowMs) return secrets;
    const previous = this.openDigest(key.id, key.previous_sealed_digest, key.previous_digest_sealing_key_version);
    if (previous !== undefined) secrets.push({ digest: previous, expiresAt: graceEnds });
    return secrets;
  }

  /** A digest that does not open costs its key only the head start: it resolves when it is presented. */
  private openDigest(keyId: string, sealed: Buffer | null, version: number | null): string | undefined {
    if (sealed === null || version === null) return undefined;
    try {
      return this.secrets.openDigest({ sealed_digest: sealed, digest_sealing_key_version: version }, keyId);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      this.logger.warn({ err: error, vk_id: keyId }, 'a digest does not open, so the key is left out of the bootstrap');
      return undefined;
    }
  }
}
