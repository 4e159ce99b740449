/** How spend is journalled; the gateway fills it from its environment. An abstract class, because it is also the Nest token. */
export abstract class SpendConfig {
  /** Off: nothing is recorded, and readiness does not mention spend. */
  abstract readonly enabled: boolean;
  /** Folder of the spool. It is created with mode 0700 and belongs to one process at a time. */
  abstract readonly dir: string;
  /** The most bytes that wait on disk; beyond it the oldest records are dropped and counted. */
  abstract readonly maxBytes: number;
  /** How often the records so far are synced to the disk and offered for shipping, in milliseconds. */
  abstract readonly flushIntervalMs: number;
  /** Name of this replica in every record, at most 128 characters. `undefined`: one is made up and kept in the spool. */
  abstract readonly podId: string | undefined;
}
