import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BUNDLE_AUDIENCE, BUNDLE_ISSUER, bundleClaimsSchema, type BundleClaims } from './bundle-claims.js';
import { budgetSchema, configPayloadSchema, providerSlotSchema, type ConfigPayload } from './config-payload.js';

/**
 * A page of `GET /bootstrap` (our extension): many keys at once, for a gateway that starts.
 *
 * It is lines of text, each ended by LF. The first line is a JWT, alone; the bytes after its LF are the body, and the
 * token's claim `keys_sha256` is the hex SHA-256 of exactly these bytes. The body's first line is the head, with what
 * the keys share; every further line is one key. A page that was cut, mixed or made by somebody else does not open.
 */

/** Keys on one page: at most, and when the gateway does not say. */
export const BOOTSTRAP_KEYS_MAX = 2_000;
export const BOOTSTRAP_KEYS_DEFAULT = 1_000;

/** The content type of a page. */
export const BOOTSTRAP_CONTENT_TYPE = 'application/x-ndjson';

/** Issuer and audience of a page's token are those of a key's token; what it claims tells the two apart. */
export const BOOTSTRAP_ISSUER = BUNDLE_ISSUER;
export const BOOTSTRAP_AUDIENCE = BUNDLE_AUDIENCE;

/** Claims of a page's token, which is signed like a key's token (HS256, same secret, issuer and audience). */
export const bootstrapClaimsSchema = z.object({
  /** Lower-case hex SHA-256 of the page's body. */
  keys_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Unix seconds; the soft expiry of every key on the page that does not end sooner. */
  exp: z.int(),
});
export type BootstrapClaims = z.output<typeof bootstrapClaimsSchema>;

/** First line of a page's body. Key lines name providers and budgets by their position in these lists. */
export const bootstrapHeadSchema = z.object({
  /** What to send as `cursor` for the next page; null on the last one. */
  next_cursor: z.string().nullable(),
  /** How many key lines follow. */
  key_count: z.int().nonnegative(),
  /**
   * Organization → the revision of its change feed that the page is at least as new as: a feed that is followed from
   * there misses nothing.
   */
  revisions: z.record(z.string(), z.string().regex(/^\d{1,19}$/)),
  providers: z.array(providerSlotSchema),
  budgets: z.array(budgetSchema),
});
export type BootstrapHead = z.output<typeof bootstrapHeadSchema>;
/** The head as a control plane writes it. */
export type BootstrapHeadInput = z.input<typeof bootstrapHeadSchema>;

const position = z.int().nonnegative();

/** One key of a page. The configuration leaves out what the claims say already. */
export const bootstrapKeySchema = z.object({
  /** Lower-case hex SHA-256 of the key's text. Whoever presents the key has it; nobody gets the key from it. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  claims: bundleClaimsSchema.omit({ iat: true, exp: true }),
  /** Unix seconds after which this secret ends although the key lives on: it was rotated out. Absent: it does not. */
  secret_expires_at: z.int().optional(),
  /** The tag of the key's configuration, as `GET /config/:vk_id` would answer it. */
  etag: z.string(),
  config: configPayloadSchema
    .omit({
      vk_id: true,
      revision: true,
      status: true,
      organization_id: true,
      project_id: true,
      team_id: true,
      principal_id: true,
    })
    .extend({ providers: z.array(position), budgets: z.array(position) }),
});
/** The line of a key as a control plane writes it. */
export type BootstrapKeyInput = z.input<typeof bootstrapKeySchema>;

/** What one line of a page says: as much as `resolve-key` and `config` would together. */
export interface BootstrapEntry {
  /** Lower-case hex SHA-256 of the key's text. */
  readonly digest: string;
  /** `exp` is the page's, or the key's or secret's own end when that is sooner. */
  readonly claims: BundleClaims;
  /** Its providers and budgets are shared with other entries of the page; never change them. */
  readonly config: ConfigPayload;
  readonly etag: string;
}

/** A page, read. */
export interface BootstrapPage {
  readonly nextCursor: string | null;
  /** Organization → revision to follow its change feed from. */
  readonly revisions: Readonly<Record<string, string>>;
  /** Keys on the page. `entries` gives fewer when some cannot be read by this version; they resolve when presented. */
  readonly keyCount: number;
  /** Read line by line as it is asked for, so that a reader may pause in between. It can be iterated once. */
  readonly entries: Iterable<BootstrapEntry>;
}

/** A page that must not be used. */
export class BootstrapPageError extends Error {
  override readonly name = 'BootstrapPageError';
}

/** A page apart: verify the token, then give both to {@link readBootstrapPage}. */
export interface BootstrapParts {
  readonly token: string;
  readonly body: string;
}

/** Takes a page apart at its first LF. Throws a {@link BootstrapPageError} when there is none. */
export function splitBootstrapPage(page: string): BootstrapParts {
  const end = page.indexOf('\n');
  if (end < 1) throw new BootstrapPageError('the page has no token line');
  return { token: page.slice(0, end), body: page.slice(end + 1) };
}

/** Puts a page together; the inverse of {@link splitBootstrapPage}. */
export function joinBootstrapPage({ token, body }: BootstrapParts): string {
  return `${token}\n${body}`;
}

/** Writes the body of a page. */
export function writeBootstrapBody(head: BootstrapHeadInput, keys: readonly BootstrapKeyInput[]): string {
  return `${[head, ...keys].map((line) => JSON.stringify(line)).join('\n')}\n`;
}

/** Hex SHA-256 of a body, as the token claims it. */
export function hashBootstrapBody(body: string): string {
  return createHash('sha256').update(body, 'utf8').digest('hex');
}

/**
 * Reads the body of a page.
 *
 * @param claims Of the page's token, after its signature, issuer, audience and expiry were verified.
 * @throws {BootstrapPageError} when the body is not the one that the token was made for, or its head cannot be read.
 */
export function readBootstrapPage(body: string, claims: BootstrapClaims): BootstrapPage {
  if (hashBootstrapBody(body) !== claims.keys_sha256) throw new BootstrapPageError('the token is of another body');
  const end = body.indexOf('\n');
  const head = bootstrapHeadSchema.safeParse(parseLine(body.slice(0, Math.max(0, end))));
  if (!head.success) throw new BootstrapPageError('the head cannot be read', { cause: head.error });
  return {
    nextCursor: head.data.next_cursor,
    revisions: head.data.revisions,
    keyCount: head.data.key_count,
    entries: readEntries(body, end + 1, head.data, claims.exp),
  };
}

function* readEntries(body: string, from: number, head: BootstrapHead, exp: number): Generator<BootstrapEntry> {
  for (let start = from; start < body.length;) {
    const found = body.indexOf('\n', start);
    const end = found === -1 ? body.length : found;
    const entry = readEntry(body.slice(start, end), head, exp);
    if (entry !== undefined) yield entry;
    start = end + 1;
  }
}

function readEntry(line: string, head: BootstrapHead, pageExp: number): BootstrapEntry | undefined {
  const key = bootstrapKeySchema.safeParse(parseLine(line));
  if (!key.success) return undefined;
  const { digest, claims, secret_expires_at: secretEnd, etag, config } = key.data;
  const providers = pick(head.providers, config.providers);
  const budgets = pick(head.budgets, config.budgets);
  if (providers === undefined || budgets === undefined) return undefined;
  const exp = Math.min(pageExp, claims.vk_expires_at || pageExp, secretEnd ?? pageExp);
  return {
    digest,
    claims: { ...claims, exp },
    config: { ...config, vk_id: claims.vk_id, revision: claims.revision, providers, budgets },
    etag,
  };
}

function pick<Item>(items: readonly Item[], positions: readonly number[]): Item[] | undefined {
  const picked = positions.map((index) => items[index]).filter((item) => item !== undefined);
  return picked.length === positions.length ? picked : undefined;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
