import pg from 'pg';
import type { Clock, Random } from '#kernel';

/** What can be listened for: changes that gateways must hear of, and word from gateways that they have applied some. */
export const CHANNELS = ['gateway_changes', 'gateway_acknowledgements'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Told of the organization that it is about, or of `undefined` when something may have been missed and all must look. */
export type ChangeSubscriber = (organizationId: string | undefined) => void;

export interface ChangeListenerOptions {
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Told when the connection was lost or could not be made. */
  readonly onTrouble?: (error: unknown) => void;
}

const CONNECT_TIMEOUT_MS = 5_000;
const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 10_000;

/**
 * Hears of changes on one connection of its own (LISTEN), whoever made them, and tells its subscribers.
 *
 * A lost connection is made anew with growing pauses; every time it stands again, all subscribers are told to look.
 */
export class ChangeListener {
  private readonly subscribers = { gateway_changes: newSubscribers(), gateway_acknowledgements: newSubscribers() };
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: ChangeListenerOptions) {}

  /** Starts listening, in the background. Call it once. */
  start(): void {
    this.running ??= this.run();
  }

  /** Closes the connection. Subscribers hear nothing more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** @returns A function that ends the subscription. */
  subscribe(channel: Channel, subscriber: ChangeSubscriber): () => void {
    this.subscribers[channel].add(subscriber);
    return () => this.subscribers[channel].delete(subscriber);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const { clock, random, onTrouble } = this.options;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.listen(() => (failures = 0));
      } catch (error) {
        if (!signal.aborted) onTrouble?.(error);
      }
      const pauseMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures) * (0.5 + random.next() / 2);
      failures += 1;
      await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }

  /** Connects and stays until the connection breaks, then rejects; resolves when stopped. */
  private async listen(onConnected: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.databaseUrl,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: 'control-plane-changes',
      keepAlive: true,
    });
    const ended = new Promise<void>((resolve, reject) => {
      // For as long as the client exists: closing it can fail as well, and an error that nobody hears ends the process.
      client.on('error', reject);
      client.once('end', () => reject(new Error('the server closed the connection')));
      this.stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    // Rejections before the await below are not unhandled.
    ended.catch(() => undefined);
    client.on('notification', ({ channel, payload }) => {
      const heard = CHANNELS.find((known) => known === channel);
      if (heard !== undefined) this.tell(heard, payload);
    });
    try {
      await client.connect();
      for (const channel of CHANNELS) await client.query(`LISTEN ${channel}`);
      onConnected();
      for (const channel of CHANNELS) this.tell(channel, undefined);
      await ended;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private tell(channel: Channel, organizationId: string | undefined): void {
    for (const subscriber of this.subscribers[channel]) subscriber(organizationId);
  }
}

function newSubscribers(): Set<ChangeSubscriber> {
  return new Set();
}
