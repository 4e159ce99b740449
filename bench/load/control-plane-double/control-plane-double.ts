import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  BUNDLE_AUDIENCE,
  BUNDLE_ISSUER,
  BUNDLE_TTL_SECONDS,
  GATEWAY_PROTOCOL_PREFIX,
  REVISION_HEADER,
  SIGNATURE_HEADERS,
  verifyRequest,
} from '#gateway-protocol';
import type { Clock } from '#kernel';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { benchConfig, VIRTUAL_KEY_ID } from './bench-config.js';

/** What the double knows. */
export interface DoubleSettings {
  readonly internalSecret: string;
  readonly jwtSecret: string;
  /** The one key that exists. */
  readonly virtualKey: string;
  /** Where the key's only provider is. */
  readonly upstreamUrl: string;
}

/** Spend records that came in. */
export interface SpendCounts {
  readonly admits: number;
  readonly outcomes: number;
}

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const ETAG = '"bench"';
const REVISION = '1';
const CHANGES_HOLD_SECONDS_MAX = 25;

const resolveSchema = z.object({ key_presented: z.string() });

/**
 * The control plane's side of the gateway protocol, for one key that never changes: calls must be signed, identities are
 * real JWTs, spend is counted and accepted.
 */
export class ControlPlaneDouble {
  private admits = 0;
  private outcomes = 0;

  constructor(
    private readonly settings: DoubleSettings,
    private readonly clock: Clock,
  ) {}

  get counts(): SpendCounts {
    return { admits: this.admits, outcomes: this.outcomes };
  }

  /** Answers one call of a gateway. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://control-plane');
    const body = await buffer(request);
    const refusal = verifyRequest(
      {
        method: request.method ?? '',
        path: url.pathname,
        body,
        signature: headerOf(request, SIGNATURE_HEADERS.signature),
        timestamp: headerOf(request, SIGNATURE_HEADERS.timestamp),
      },
      [this.settings.internalSecret],
      Math.floor(this.clock.now() / 1000),
    );
    const answer = refusal === undefined ? await this.answer(request, url, body) : unauthorized(refusal);
    const text = answer.body === undefined ? undefined : JSON.stringify(answer.body);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(text);
  }

  private async answer(request: IncomingMessage, url: URL, body: Buffer): Promise<Answer> {
    const route = `${request.method} ${url.pathname.slice(GATEWAY_PROTOCOL_PREFIX.length)}`;
    switch (route) {
      case 'POST /resolve-key':
        return this.resolve(body);
      case `GET /config/${VIRTUAL_KEY_ID}`:
        if (headerOf(request, 'if-none-match') === ETAG) return { status: 304, headers: { etag: ETAG } };
        return { status: 200, body: benchConfig(this.settings.upstreamUrl), headers: { etag: ETAG } };
      case 'GET /changes':
        return this.holdChanges(url);
      case 'POST /spend-commands':
        return this.takeSpend(body);
      case 'GET /health':
        return { status: 200, body: { status: 'ok' } };
      default:
        return { status: 404, body: { error: { type: 'not_found', code: 'not_found', message: route } } };
    }
  }

  private async resolve(body: Buffer): Promise<Answer> {
    const { key_presented: presented } = resolveSchema.parse(JSON.parse(body.toString('utf8')));
    if (presented !== this.settings.virtualKey) {
      return { status: 404, body: { error: { type: 'not_found', code: 'virtual_key_not_found', message: 'no' } } };
    }
    const { organization_id: organizationId, project_id: projectId } = benchConfig(this.settings.upstreamUrl);
    const jwt = await new SignJWT({ vk_id: VIRTUAL_KEY_ID, org_id: organizationId, project_id: projectId })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(BUNDLE_ISSUER)
      .setAudience(BUNDLE_AUDIENCE)
      .setIssuedAt(Math.floor(this.clock.now() / 1000))
      .setExpirationTime(Math.floor(this.clock.now() / 1000) + BUNDLE_TTL_SECONDS)
      .sign(Buffer.from(this.settings.jwtSecret));
    return { status: 200, body: { jwt, revision: REVISION, key_id: VIRTUAL_KEY_ID } };
  }

  private async holdChanges(url: URL): Promise<Answer> {
    const seconds = Math.min(Number(url.searchParams.get('timeout_s') ?? 0), CHANGES_HOLD_SECONDS_MAX);
    await this.clock.sleep(seconds * 1000);
    return { status: 204, headers: { [REVISION_HEADER]: REVISION } };
  }

  private takeSpend(body: Buffer): Answer {
    const admits = countOf(body, '"command":"admitSpend"');
    const outcomes = countOf(body, '"command":"confirmSpend"') + countOf(body, '"command":"failSpend"');
    this.admits += admits;
    this.outcomes += outcomes;
    return { status: 200, body: { accepted: admits + outcomes, rejected: [] } };
  }
}

function unauthorized(code: string): Answer {
  return { status: 401, body: { error: { type: 'permission_denied', code, message: 'The signature is not valid.' } } };
}

/** Counting is enough here, and parsing would cost the load generator's core more than it tells. */
function countOf(body: Buffer, pattern: string): number {
  let count = 0;
  for (let at = body.indexOf(pattern); at !== -1; at = body.indexOf(pattern, at + pattern.length)) count += 1;
  return count;
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
