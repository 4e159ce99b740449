import type { Kysely } from 'kysely';
import type { Database } from '../../apps/control-plane/src/database/schema.js';
import type { ManagementClient } from '../../test/support/management-client.js';

/** The running product that faults are let loose on. */
export interface Rig {
  readonly gatewayUrl: string;
  /** The fake upstream, without a path. */
  readonly upstreamUrl: string;
  readonly management: ManagementClient;
  /** The control plane's database, for the ledger. */
  readonly database: Kysely<Database>;
}

/** Settings that the gateway of a rig needs: providers fail on purpose, which must not close them to the next request. */
export const RIG_GATEWAY_SETTINGS = { LW_GATEWAY_CIRCUIT_THRESHOLD: '10000' };
