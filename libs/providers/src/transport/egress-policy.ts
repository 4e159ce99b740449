import { isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import { classifyAddress } from './address-class.js';

/** What operators decide about where requests may go. */
export interface EgressPolicyOptions {
  /** Refuse private, loopback and reserved addresses. Default false. */
  readonly blocksSpecialAddresses?: boolean;
  /** Refuse everything but https. Default false. */
  readonly requiresHttps?: boolean;
  /** Hosts, by their exact name or address, whose special addresses are allowed all the same. Default none. */
  readonly allowedHosts?: readonly string[];
}

/** Verdicts on URLs that are remembered; the least recently used is judged anew. */
const VERDICTS_MAX = 1024;

/** Names of metadata services, which never are a provider's. */
const METADATA_HOSTS: ReadonlySet<string> = new Set(['metadata', 'metadata.google.internal', 'metadata.goog']);
const METADATA_HOST_SUFFIX = '.compute.internal';

/** An outbound connection that the policy does not allow. Expected, so it has no stack trace; it names no address. */
export class EgressRefusedError extends Error {
  override readonly name = 'EgressRefusedError';
  readonly code = 'EGRESS_REFUSED';

  /** @param reason A public phrase that completes "the URL is rejected: …". */
  constructor(readonly reason: string) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(reason);
    Error.stackTraceLimit = limit;
  }
}

/**
 * Decides where requests of customers may be sent (contract 8.3).
 *
 * Metadata and link-local addresses are always refused, whatever is allowed. Names are judged here by what they say,
 * and once more when a connection is opened, by the addresses that they resolve to: see `createEgressConnector`.
 */
export class EgressPolicy {
  private readonly blocksSpecialAddresses: boolean;
  private readonly requiresHttps: boolean;
  private readonly allowedHosts: ReadonlySet<string>;
  private readonly verdicts = new LRUCache<string, { readonly reason: string | undefined }>({ max: VERDICTS_MAX });

  constructor(options: EgressPolicyOptions = {}) {
    this.blocksSpecialAddresses = options.blocksSpecialAddresses ?? false;
    this.requiresHttps = options.requiresHttps ?? false;
    this.allowedHosts = new Set((options.allowedHosts ?? []).map(normalizeHost));
  }

  /**
   * Why nothing may be sent to `url`, as a public phrase, or undefined when it may. Verdicts are remembered, so asking
   * before every request costs a look-up.
   */
  refusalOfUrl(url: string): string | undefined {
    let verdict = this.verdicts.get(url);
    if (verdict === undefined) {
      verdict = { reason: this.judge(url) };
      this.verdicts.set(url, verdict);
    }
    return verdict.reason;
  }

  /** Why a connection for `host` may not go to `address`, as a public phrase, or undefined when it may. */
  refusalOfAddress(address: string, host: string): string | undefined {
    switch (classifyAddress(address)) {
      case 'metadata':
        return 'its host is a metadata service';
      case 'link-local':
        return 'its host has a link-local or unspecified address';
      case 'unreadable':
        return 'its host has an address that cannot be read';
      case 'special':
        return this.blocksSpecialAddresses && !this.allowedHosts.has(normalizeHost(host))
          ? 'its host has a private, loopback or reserved address'
          : undefined;
      case 'global':
        return undefined;
    }
  }

  private judge(url: string): string | undefined {
    const parsed = URL.parse(url);
    if (parsed === null) return 'it is not a URL';
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return 'its scheme is neither http nor https';
    if (parsed.username !== '' || parsed.password !== '') return 'it carries credentials';
    const host = normalizeHost(parsed.hostname);
    if (host === '') return 'it has no host';
    if (METADATA_HOSTS.has(host) || host.endsWith(METADATA_HOST_SUFFIX)) return 'its host is a metadata service';
    if (this.requiresHttps && parsed.protocol !== 'https:') return 'it is not https';
    return isIP(host) === 0 ? undefined : this.refusalOfAddress(host, host);
  }
}

/** Lower case, without the brackets of an IPv6 address and without the dot that ends a full name. */
function normalizeHost(host: string): string {
  return host
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}
