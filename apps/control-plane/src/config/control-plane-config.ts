import type { SealingKey } from '../secrets/sealer.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const LOG_FORMATS = ['json', 'pretty'] as const;

/** Everything that the control plane is told from outside. Read once at start, by `readConfig`, and never changed. */
export abstract class ControlPlaneConfig {
  /** Address and port of the one listener. */
  abstract readonly host: string;
  abstract readonly port: number;
  /** Connection URL of PostgreSQL. A secret: it may carry a password. */
  abstract readonly databaseUrl: string;
  /** Connections to PostgreSQL that this process keeps at most, apart from one that listens for changes. */
  abstract readonly databaseConnectionsMax: number;
  /** Secrets that requests of gateways may be signed with; the current one first, then the previous one. */
  abstract readonly internalSecrets: readonly string[];
  /** Signs the JWTs that answer a resolved key. */
  abstract readonly jwtSecret: string;
  /** Keys the hash of virtual keys' secrets. */
  abstract readonly keyPepper: string;
  /** The pepper before the current one, while keys that it hashed are still in use. */
  abstract readonly previousKeyPepper: string | undefined;
  /** Seal the credentials of model providers; the first one seals, all of them open. */
  abstract readonly sealingKeys: readonly SealingKey[];
  /** How long the explanation of a request is kept, in milliseconds. */
  abstract readonly explanationsKeptMs: number;
  /** Refuse model providers with a loopback or private base URL. */
  abstract readonly blockLocalHttpCalls: boolean;
  /** Refuse model providers whose base URL is not https. */
  abstract readonly requireHttpsCustomEndpoints: boolean;
  /** Hosts, lower-case, that {@link blockLocalHttpCalls} does not apply to. */
  abstract readonly allowedProxyHosts: ReadonlySet<string>;
  /** Providers of the operator's own: packages or files that are imported at start. Default: none. */
  abstract readonly plugins: readonly string[];
  abstract readonly logLevel: (typeof LOG_LEVELS)[number];
  abstract readonly logFormat: (typeof LOG_FORMATS)[number];
  /** How long a shutdown waits for requests in flight. */
  abstract readonly shutdownGraceMs: number;
}
