import type { Dialect } from './dialect.js';

/** What an adapter needs to know of a configured credential. */
export interface ProviderCredential {
  readonly id: string;
  /** The vendor, normalised. */
  readonly family: string;
  /** Vendor-specific secrets by name. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly baseUrl: string | null;
  readonly deploymentMap: Readonly<Record<string, string>>;
}

/** What is asked of a provider. */
export type Operation = 'chat-completions' | 'list-models';

/** Where and how a call to a provider goes, apart from its body. */
export interface UpstreamTarget {
  /** Scheme, host and port: one connection pool per origin. */
  readonly origin: string;
  /** Path with query. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** Credential headers and what the vendor requires. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A credential that cannot be used as it is configured, with a sentence for its owner that holds no secret. */
export interface TargetRefusal {
  readonly refusal: string;
}

/**
 * Our code for a vendor's API.
 *
 * Adapters are stateless and know nothing of each other: the gateway picks one by {@link families} and asks it where a
 * call goes. It is an abstract class because it is both the type and the Nest token.
 */
export abstract class ProviderAdapter {
  /** Vendors that this adapter serves, as normalised family names. */
  abstract readonly families: readonly string[];

  /** The wire format that these vendors speak. */
  abstract readonly dialect: Dialect;

  /** The target of `operation` for `credential` and `model`, or why there is none. */
  abstract target(credential: ProviderCredential, operation: Operation, model: string): UpstreamTarget | TargetRefusal;
}
