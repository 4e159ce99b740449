import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { Database } from './schema.js';

/** How the control plane talks to PostgreSQL. */
export interface DatabaseOptions {
  readonly url: string;
  /** Connections of this process at most. Default 10. */
  readonly connectionsMax?: number;
  /** A statement that runs longer is cancelled by the server. Default 10 000. */
  readonly statementTimeoutMs?: number;
  /** How long a caller waits for a free connection, or for a new one to be made. Default 5 000. */
  readonly connectTimeoutMs?: number;
  /** Told of a connection that broke while nobody used it; the pool replaces it. Default: nobody. */
  readonly onIdleError?: (error: Error) => void;
}

const CONNECTIONS_MAX = 10;
const STATEMENT_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** A handle on the database, or on a transaction of it. A repository takes either, so a caller can join them. */
export type DatabaseHandle = Kysely<Database> | Transaction<Database>;

/**
 * Opens a pool of connections. Nothing is connected before the first query, and `destroy()` closes it.
 *
 * `int8` is read as bigint (revisions, nano-USD, `count(*)`) and `numeric` as text: neither ever becomes a float.
 */
export function openDatabase(options: DatabaseOptions): Kysely<Database> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? CONNECTIONS_MAX,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    application_name: 'control-plane',
    types: { getTypeParser },
  });
  // Without a listener, an idle connection that the server drops would end the process.
  pool.on('error', (error) => options.onIdleError?.(error));
  // The pool looks after idle connections only. One that is dropped between two statements of a transaction would end
  // the process too; with a listener, it fails the next statement.
  pool.on('connect', (client) => client.on('error', ignoreError));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

function ignoreError(): void {
  // Whoever uses the connection hears of it, or the pool does.
}

const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (oid === pg.types.builtins.INT8 && format !== 'binary') return BigInt;
  return pg.types.getTypeParser(oid, format);
};
