import type { SpendRecord } from '#gateway-protocol';
import type { Clock, Random } from '#kernel';
import type { SpendEventSink } from '../spend-event.js';
import type { SpoolDirectory } from './spool-directory.js';

type CommandOf<Each> = Each extends SpendRecord ? Pick<Each, 'command' | 'payload'> : never;

/** A command and its payload, before the spool gives it an origin. */
export type SpendCommand = CommandOf<SpendRecord>;

/** How to build a `Spool`. */
export interface SpoolOptions {
  readonly directory: SpoolDirectory;
  /** The most bytes of records on disk, sealed and active. */
  readonly maxBytes: number;
  /** Name of this replica in every record. `undefined`: the one that the spool keeps. */
  readonly podId?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent: SpendEventSink;
}
