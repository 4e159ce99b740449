import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BUNDLE_AUDIENCE,
  BUNDLE_ISSUER,
  GATEWAY_PROTOCOL_PREFIX,
  REVISION_HEADER,
  changeCursorsRequestSchema,
  hashBootstrapBody,
  joinBootstrapPage,
  spendBatchSchema,
  spendRecordSchema,
  writeBootstrapBody,
  type BootstrapKeyInput,
  type ChangeEvent,
  type ConfigPayloadInput,
  type SpendRecord,
} from '#gateway-protocol';
import { digestKey } from '#auth-cache';
import { SignJWT } from 'jose';

/** A virtual key as the fake knows it; the presented text is its id. */
export interface FakeKey {
  status: 'active' | 'revoked' | 'disabled';
  readonly config: Partial<ConfigPayloadInput>;
}

const ORGANIZATION = 'org_1';

/** The secret of the tokens that the fake signs. */
export const FAKE_JWT_SECRET = 'a-secret-for-bundles';

/**
 * A control plane on loopback for one organization, as far as a gateway can tell: keys, change feed and bootstrap, with
 * switches for what it does not know and for how it fails.
 */
export class FakeControlPlaneServer {
  readonly keys = new Map<string, FakeKey>();
  readonly calls: string[] = [];
  readonly cursors: string[] = [];
  /** How long each poll of the feed asked to be held, seconds. */
  readonly holdsSeconds: number[] = [];
  readonly spendRecords: SpendRecord[] = [];
  knowsBootstrap = true;
  knowsManyFeeds = true;
  feedWorks = true;
  refusesCaller = false;
  /** Questions about keys are left without an answer. */
  neverAnswersKeys = false;
  bootstrapDown = false;
  private readonly changes: ChangeEvent[] = [];
  private readonly wakers = new Set<() => void>();
  private readonly server = createServer((request, response) => void this.receive(request, response));

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    for (const wake of this.wakers) wake();
    this.server.closeAllConnections();
    await new Promise((resolve) => (this.server satisfies Server).close(resolve));
  }

  addKey(id: string, config: Partial<ConfigPayloadInput> = {}): FakeKey {
    const key: FakeKey = { status: 'active', config };
    this.keys.set(id, key);
    return key;
  }

  /** Revokes or disables a key and tells the feed. */
  end(id: string, status: 'revoked' | 'disabled'): void {
    const key = this.keys.get(id);
    if (key !== undefined) key.status = status;
    this.publish(status === 'revoked' ? 'VK_REVOKED' : 'VK_DISABLED', id);
  }

  publish(kind: string, virtualKeyId: string): void {
    this.changes.push({ kind, virtual_key_id: virtualKeyId, revision: String(this.changes.length + 1) });
    for (const wake of this.wakers) wake();
  }

  callsTo(path: string): number {
    return this.calls.filter((call) => call === path).length;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://fake');
    const path = pathname.slice(GATEWAY_PROTOCOL_PREFIX.length);
    this.calls.push(`${request.method} ${path}`);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (this.refusesCaller) return answer(response, 401, { error: { type: 'permission_denied', code: 'bad' } });
    if (path === '/health') return answer(response, 200, { status: 'ok' });
    if (path === '/spend-commands') return this.takeSpend(response, body);
    if (path === '/bootstrap') return this.bootstrap(response);
    if (path === '/changes') return this.feed(request, response, body, searchParams);
    if (this.neverAnswersKeys) return;
    if (path === '/resolve-key') return this.resolve(response, JSON.parse(body) as { key_presented: string });
    return this.config(response, decodeURIComponent(path.replace('/config/', '')));
  }

  private takeSpend(response: ServerResponse, body: string): void {
    const { records } = spendBatchSchema.parse(JSON.parse(body));
    this.spendRecords.push(...records.map((record) => spendRecordSchema.parse(record)));
    return answer(response, 200, { accepted: records.length, rejected: [] });
  }

  private async resolve(response: ServerResponse, { key_presented: id }: { key_presented: string }): Promise<void> {
    const key = this.keys.get(id);
    if (key === undefined) return answer(response, 404, { error: { code: 'virtual_key_not_found' } });
    if (key.status !== 'active') return answer(response, 403, { error: { code: `virtual_key_${key.status}` } });
    return answer(response, 200, { jwt: await sign({ vk_id: id, org_id: ORGANIZATION, project_id: 'project_1' }) });
  }

  private config(response: ServerResponse, id: string): void {
    const key = this.keys.get(id);
    if (key === undefined) return answer(response, 404, {});
    return answer(response, 200, { vk_id: id, status: key.status, ...key.config });
  }

  private async bootstrap(response: ServerResponse): Promise<void> {
    if (!this.knowsBootstrap) return answer(response, 501, { error: { code: 'not_supported_yet' } });
    if (this.bootstrapDown) return answer(response, 503, {});
    const active = [...this.keys].filter(([, key]) => key.status === 'active');
    const providers = active.flatMap(([, { config }]) => config.providers ?? []);
    const lines = active.map(([id, { config }]): BootstrapKeyInput => {
      const positions = (config.providers ?? []).map((slot) => providers.indexOf(slot));
      return {
        digest: digestKey(id),
        claims: { vk_id: id, org_id: ORGANIZATION, project_id: 'project_1' },
        etag: 'e1',
        config: { providers: positions, budgets: [], ...(config.on_revoke ? { on_revoke: config.on_revoke } : {}) },
      };
    });
    const head = {
      next_cursor: null,
      key_count: lines.length,
      revisions: { [ORGANIZATION]: String(this.changes.length) },
      providers,
      budgets: [],
    };
    const body = writeBootstrapBody(head, lines);
    const token = await sign({ keys_sha256: hashBootstrapBody(body) });
    response.writeHead(200).end(joinBootstrapPage({ token, body }));
  }

  private async feed(
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
    query: URLSearchParams,
  ): Promise<void> {
    if (request.method === 'POST' && !this.knowsManyFeeds) return answer(response, 404, {});
    if (!this.feedWorks) return answer(response, 503, {});
    const many = request.method === 'POST' ? changeCursorsRequestSchema.parse(JSON.parse(body)) : undefined;
    const since = Number(many?.cursors[ORGANIZATION] ?? query.get('since'));
    this.cursors.push(String(since));
    const seconds = many?.timeout_s ?? Number(query.get('timeout_s'));
    this.holdsSeconds.push(seconds);
    const ahead = since > this.changes.length;
    if (since >= this.changes.length && !(ahead && many !== undefined)) await this.news(seconds * 1000, response);
    const changes = this.changes.slice(since);
    const current = String(this.changes.length);
    if (changes.length === 0 && !(ahead && many !== undefined)) {
      response.writeHead(204, { [REVISION_HEADER]: current }).end();
      return;
    }
    const news = { current_revision: current, changes };
    return answer(response, 200, many === undefined ? news : { organizations: { [ORGANIZATION]: news } });
  }

  /** Waits for a change, for the end of the hold, or for the asker to leave. */
  private async news(holdMs: number, response: ServerResponse): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, holdMs);
    this.wakers.add(resolve);
    response.once('close', resolve);
    await promise;
    clearTimeout(timer);
    this.wakers.delete(resolve);
  }
}

async function sign(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(BUNDLE_ISSUER)
    .setAudience(BUNDLE_AUDIENCE)
    .setExpirationTime('15m')
    .sign(new TextEncoder().encode(FAKE_JWT_SECRET));
}

function answer(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
