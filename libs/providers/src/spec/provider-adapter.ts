import type { ProviderCodec } from './codec.js';
import type { Dialect } from './dialect.js';
import type { ProviderEmbeddingsCodec } from './embeddings.js';
import type { ModelCapabilities } from './model-capabilities.js';
import type { StateFamily } from './provider-state.js';

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
export type Operation =
  /** An answer of a model, in the dialect of the call. */
  | 'generate'
  | 'embed'
  /** How many tokens a request would have, in the dialect of the call. */
  | 'count-tokens'
  | 'list-models'
  /** An answer that was stored by OpenAI Responses: read, delete, cancel, list its input. */
  | 'stored-response';

/** One call to a provider, as an adapter needs to know it. */
export interface ProviderCall {
  readonly operation: Operation;
  /** The wire format of the body; `openai-chat` where the operation has only one. */
  readonly dialect: Dialect;
  /** The model as the client named it, without any prefix; empty where the operation has none. */
  readonly model: string;
  readonly streams: boolean;
  /** The bytes that will be sent, for adapters that sign them; undefined when there is no body. */
  readonly body: Buffer | undefined;
  /** What comes behind the collection's path: `/resp_1/cancel?x=y`. Only for `stored-response`. */
  readonly resourcePath?: string;
  /** Only for `stored-response`; otherwise the operation decides. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
}

/** Where and how a call to a provider goes, apart from its body. */
export interface UpstreamTarget {
  /** Scheme, host and port: one connection pool per origin. */
  readonly origin: string;
  /** Path with query. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Credential headers and what the vendor requires. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** How the provider frames a stream. Default: server-sent events. */
  readonly framing?: 'sse' | 'aws-event-stream';
}

/** A credential that cannot be used as it is configured, with a sentence for its owner that holds no secret. */
export interface TargetRefusal {
  readonly refusal: string;
}

/** Why a value does not fit a {@link CredentialSchema}: where, and half a sentence for a person. */
export interface CredentialIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * What the credentials of a family must look like. Every Standard Schema fits, so a Zod object does. The control plane
 * checks credentials with it when they are saved, and seals all of them.
 */
export interface CredentialSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) =>
      | { readonly value: unknown; readonly issues?: undefined }
      | { readonly issues: readonly CredentialIssue[] }
      | Promise<unknown>;
  };
}

/** What a family's credential needs besides its secrets. */
export interface CredentialRules {
  readonly schema: CredentialSchema;
  /** `required`: the credential must say where its API lives. `refused`: it may not. */
  readonly baseUrl: 'required' | 'optional' | 'refused';
  /** Credential names that hold a URL, which is checked like a base URL. Default: none. */
  readonly urlNames?: readonly string[];
}

/** What a model costs, in whole micro-dollars per million tokens. */
export interface DeclaredPrice {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** A model that an adapter brings with it. */
export interface DeclaredModel {
  readonly id: string;
  readonly capabilities?: Partial<ModelCapabilities>;
  readonly price?: DeclaredPrice;
}

/**
 * Our code for a vendor's API.
 *
 * Adapters know nothing of each other: the gateway picks one by {@link families} and asks it where a call goes. It is an
 * abstract class because it is both the type and the Nest token.
 */
export abstract class ProviderAdapter {
  /** Vendors that this adapter serves, as normalised family names. */
  abstract readonly families: readonly string[];

  /** What a credential of `family` must hold. */
  abstract credentialRules(family: string): CredentialRules;

  /**
   * The wire formats in which `model` can be asked for an answer at `credential`, the preferred one first. A request in
   * one of them goes through unchanged; any other is translated into the first. Empty when it serves none.
   */
  abstract dialects(credential: ProviderCredential, model: string): readonly Dialect[];

  /**
   * The target of a call, or why there is none. It is asked once per attempt, so it must be quick when nothing has to
   * be fetched; a promise where a token has to be fetched or a body signed. A rejected promise is an attempt that
   * failed like a provider that is not there.
   */
  abstract target(
    credential: ProviderCredential,
    call: ProviderCall,
  ): UpstreamTarget | TargetRefusal | Promise<UpstreamTarget | TargetRefusal>;

  /** Changes a body just before it is sent, for platforms that wrap another vendor's wire. Default: it stays as it is. */
  prepareBody?(credential: ProviderCredential, call: ProviderCall & { readonly body: Buffer }): Buffer;

  /** How embeddings are asked for: `openai` passes OpenAI's wire through; undefined when the vendor has none. */
  embeddings(_credential: ProviderCredential, _model: string): 'openai' | ProviderEmbeddingsCodec | undefined {
    return undefined;
  }

  /** Whose opaque states `model` understands. Default: nobody's. */
  stateFamily(_model: string): StateFamily | undefined {
    return undefined;
  }

  /** True when the provider counts tokens for requests in `dialect`. Default: false. */
  countsTokens(_dialect: Dialect): boolean {
    return false;
  }

  /** True when the provider stores OpenAI Responses, so that they can be asked for again. Default: false. */
  storesResponses(_credential: ProviderCredential): boolean {
    return false;
  }

  /** Translators of wire formats of its own, named with `x-`. Default: none. */
  readonly codecs: readonly ProviderCodec[] = [];

  /** Models with capabilities and prices that the gateway does not know by itself. Default: none. */
  readonly models: readonly DeclaredModel[] = [];
}
