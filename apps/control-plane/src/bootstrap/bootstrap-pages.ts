import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { Injectable, Logger } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import { hashBootstrapBody, joinBootstrapPage } from '#gateway-protocol';
import type { Database } from '../database/schema.js';
import { BundleTokens } from '../gateway-protocol/bundle-tokens.js';
import { DeclaredPrices } from '../model-providers/declared-prices.js';
import { KeySecrets } from '../secrets/key-secrets.js';
import { SealError } from '../secrets/sealer.js';
import { type LiveSecret, writeBootstrapPage } from './bootstrap-body.js';
import { type BootstrapKey, type BootstrapQuestion, type BootstrapRows, readBootstrapRows } from './bootstrap-rows.js';
import { ProviderSlots } from './provider-slots.js';

/** A page, ready to be sent. */
export interface WrittenPage {
  /** Unquoted hash of the body: it moves with everything on the page, spend included, but not with the token. */
  readonly etag: string;
  readonly bytes: Buffer;
}

/** Which page a gateway wants, and how. */
export interface PageRequest extends BootstrapQuestion {
  readonly isCompressed: boolean;
  /**
   * A page that was begun before this moment of the monotonic clock will not do: a revocation may have passed since
   * then without waiting for the gateway.
   */
  readonly notBeforeMs: number;
}

/** A page that is being made, and the key after which the next one starts; null when it is the last. */
interface PageInProgress {
  readonly begunMs: number;
  readonly page: Promise<WrittenPage>;
  readonly lastId: Promise<string | null>;
}

const compress = promisify(gzip);
/** The fastest level: the link is short, and a starting gateway waits. */
const GZIP = { level: constants.Z_BEST_SPEED };
/** How long a page that was made ahead waits to be asked for. */
const AHEAD_MS = 2_000;

/** Writes pages of all active keys, for gateways that load them before they serve. */
@Injectable()
export class BootstrapPages {
  private readonly logger = new Logger(BootstrapPages.name);
  private readonly inProgress = new Map<string, PageInProgress>();

  constructor(
    private readonly database: Kysely<Database>,
    private readonly slots: ProviderSlots,
    private readonly secrets: KeySecrets,
    private readonly tokens: BundleTokens,
    private readonly declaredPrices: DeclaredPrices,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads one page, and starts to make the next one while the gateway is busy with this one. A page is two seconds old
   * at most; the revisions on it are of the same moment as its keys.
   *
   * Gateways that start together and ask for the same page while it is made share it.
   */
  async read(request: PageRequest): Promise<WrittenPage> {
    const name = nameOf(request);
    const held = this.inProgress.get(name);
    const running = held !== undefined && held.begunMs >= request.notBeforeMs ? held : this.start(request);
    const page = await running.page;
    this.drop(name, running);
    const afterId = (await running.lastId) ?? undefined;
    if (afterId !== undefined) this.startAhead({ ...request, afterId });
    return page;
  }

  private startAhead(request: PageRequest): void {
    const name = nameOf(request);
    if (this.inProgress.has(name)) return;
    const started = this.start(request);
    // Nobody may ever ask for it.
    void this.clock.sleep(AHEAD_MS).then(() => this.drop(name, started));
  }

  private start(request: PageRequest): PageInProgress {
    const name = nameOf(request);
    const begunMs = this.clock.monotonicMs();
    const nowMs = this.clock.now();
    const rows = readBootstrapRows(this.database, request, nowMs);
    const started = {
      begunMs,
      page: rows.then((read) => this.write(read, request.isCompressed, nowMs)),
      lastId: rows.then(({ lastId }) => lastId),
    };
    this.inProgress.set(name, started);
    // A page that failed is made anew for whoever asks next.
    Promise.all([started.page, started.lastId]).catch(() => this.drop(name, started));
    return started;
  }

  private drop(name: string, page: PageInProgress): void {
    if (this.inProgress.get(name) === page) this.inProgress.delete(name);
  }

  private async write(rows: BootstrapRows, isCompressed: boolean, nowMs: number): Promise<WrittenPage> {
    const modelProviders = rows.modelProviders.map((row) => this.declaredPrices.addTo(row));
    const body = writeBootstrapPage(
      { ...rows, modelProviders },
      {
        writeSlot: (row) => this.slots.write(row),
        readSecrets: (key) => this.readSecrets(key, nowMs),
      },
    );
    const etag = hashBootstrapBody(body);
    const text = joinBootstrapPage({ token: await this.tokens.signPage(etag), body });
    return { etag, bytes: isCompressed ? await compress(text, GZIP) : Buffer.from(text, 'utf8') };
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

function nameOf({ afterId = '', limit, isCompressed }: PageRequest): string {
  return `${afterId} ${limit} ${isCompressed}`;
}
