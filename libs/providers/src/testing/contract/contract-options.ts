import type { Dialect } from '../../spec/dialect.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelRequest } from '../../spec/model-request.js';
import type { ProviderAdapter, ProviderCredential } from '../../spec/provider-adapter.js';
import type { StreamFrame } from '../../spec/stream-frame.js';

/** A request and the body that must be written for it. */
export interface RequestFixture {
  readonly name: string;
  readonly dialect: Dialect;
  readonly model: string;
  readonly request: ModelRequest;
  readonly body: JsonObject;
}

/** The same answer twice, as the vendor gives it plain and as it streams it: recorded, or written from its documentation. */
export interface AnswerFixture {
  readonly name: string;
  readonly dialect: Dialect;
  readonly answer: JsonObject;
  /** The bytes of a stream of server-sent events, or the frames of a stream that is framed otherwise. */
  readonly stream: string | readonly StreamFrame[];
  /** All tokens of the answer's usage together, where the fixture knows it: no token may be counted twice. */
  readonly tokensInAll?: number;
}

/** A server that stands in for the vendor. */
export interface RunningFake {
  /** What the credential's `baseUrl` is to be. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** What the guarantees are tried with. */
export interface AdapterContractOptions {
  readonly adapter: ProviderAdapter;
  /** A credential of each family that is to be tried, as it would be configured. It need not be a real one. */
  readonly credentials: readonly ProviderCredential[];
  /** Models to ask for. */
  readonly models: readonly string[];
  /** Names of credentials that are secret. Default: those with `key`, `secret`, `token`, `password` or `credential`. */
  readonly secretNames?: readonly string[];
  /** Families whose credentials may be empty. Default: none. */
  readonly keylessFamilies?: readonly string[];
  readonly requests?: readonly RequestFixture[];
  readonly answers?: readonly AnswerFixture[];
  /** Starts a server that stands in for the vendor on loopback, to be called as the gateway calls the vendor. */
  readonly startFake?: () => Promise<RunningFake>;
  /** What fuzzing begins with. Default 1. */
  readonly seed?: number;
}
