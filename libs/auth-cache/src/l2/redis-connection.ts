import { backoffMs } from '#retry';
import type { Clock, Random } from '#kernel';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { Flight } from '../flight.js';
import type { RedisTarget } from './redis-url.js';

/** What a {@link RedisConnection} tells its owner. */
export interface RedisConnectionListener {
  connected(): void;
  /** Called once per loss, or once when the first attempt fails; `detail` holds no credential. */
  lost(detail: string): void;
  /** A message came on the channel that is followed. */
  message(text: string): void;
}

/** A server that takes longer to accept is treated like one that is gone, and tried again. */
const CONNECT_TIMEOUT_MS = 1_000;

/** A connection that owes answers and says nothing for so long is given up: its server may have moved. */
const SILENCE_MAX_MS = 5_000;

const RECONNECT = { baseMs: 200, maxMs: 5_000, minMs: 50 };
const DETAIL_LENGTH_MAX = 200;

type ClientOptions = RedisOptions & { replyMapping: 'legacy' };

/**
 * Keeps connections to a Redis or Valkey, one for commands and one for a channel, and brings them back when they break.
 *
 * Nothing is queued while there is no connection: commands then fail at once.
 */
export class RedisConnection {
  readonly commands: Redis | Cluster;
  private readonly channel: Redis | Cluster;
  private up = false;
  private lossReported = false;
  private lastError = 'the connection was closed';
  private stopped = false;

  constructor(
    target: RedisTarget,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly listener: RedisConnectionListener,
    private readonly channelName: string,
  ) {
    const open = (): Redis | Cluster => this.open(target);
    this.commands = open();
    // In a cluster the client keeps a subscriber of its own; else a connection that listens can do nothing else.
    this.channel = target.kind === 'cluster' ? this.commands : open();
    this.watch();
  }

  get isReady(): boolean {
    return !this.stopped && this.commands.status === 'ready';
  }

  /** Connects; resolves when commands can be sent, or after `waitMaxMs` while it goes on trying. */
  async start(waitMaxMs: number): Promise<void> {
    const connecting = [...new Set([this.commands, this.channel])].map((client) =>
      client.connect().catch(() => {
        // The client tries again by itself, and its error event has told why.
      }),
    );
    await new Flight(this.clock, waitMaxMs).run(
      () => Promise.all(connecting),
      () => [],
    );
  }

  /** Closes every socket at once and comes back no more. */
  stop(): void {
    this.stopped = true;
    this.commands.disconnect();
    this.channel.disconnect();
  }

  private watch(): void {
    const { commands, channel } = this;
    for (const client of new Set([commands, channel])) {
      // Without a listener an error event would end the process.
      client.on('error', (error: unknown) => this.noteError(error));
    }
    commands.on('ready', () => this.noteUp());
    commands.on('close', () => this.noteDown());
    channel.on('ready', () => this.follow());
    channel.on('message', (name: string, text: string) => {
      if (name === this.channelName) this.listener.message(text);
    });
  }

  private follow(): void {
    this.channel.subscribe(this.channelName).catch((error: unknown) => this.noteError(error));
  }

  private noteUp(): void {
    this.up = true;
    this.lossReported = false;
    this.listener.connected();
  }

  private noteDown(): void {
    this.up = false;
    if (this.stopped || this.lossReported) return;
    this.lossReported = true;
    this.listener.lost(this.lastError);
    this.lastError = 'the connection was closed';
  }

  private noteError(error: unknown): void {
    this.lastError = describeRedisError(error);
    if (!this.up) this.noteDown();
  }

  private open(target: RedisTarget): Redis | Cluster {
    const retryStrategy = (failures: number): number => backoffMs(RECONNECT, failures, this.random);
    const common: ClientOptions = {
      replyMapping: 'legacy',
      ...(target.username === undefined ? {} : { username: target.username }),
      ...(target.password === undefined ? {} : { password: target.password }),
      ...(target.tls ? { tls: {} } : {}),
      // The older protocol is spoken by everything that calls itself Redis, and nothing here needs the newer one.
      protocol: 2,
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_MAX_MS,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
    };
    if (target.kind === 'cluster') {
      return new Cluster([...target.hosts], {
        redisOptions: common,
        lazyConnect: true,
        enableOfflineQueue: false,
        clusterRetryStrategy: retryStrategy,
        slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
        maxRedirections: 3,
      });
    }
    const single: ClientOptions = {
      ...common,
      db: target.database,
      lazyConnect: true,
      enableOfflineQueue: false,
      enableReadyCheck: true,
      retryStrategy,
    };
    if (target.kind === 'single') return new Redis({ ...single, ...target.hosts[0] });
    return new Redis({
      ...single,
      sentinels: [...target.hosts],
      name: target.master,
      sentinelRetryStrategy: retryStrategy,
      ...(target.tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
      ...(target.sentinelUsername === undefined ? {} : { sentinelUsername: target.sentinelUsername }),
      ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
    });
  }
}

/** One line about an error, for a log: errors of Redis carry the failed command with its arguments, which stay out. */
export function describeRedisError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const inner = 'lastNodeError' in error && error.lastNodeError instanceof Error ? error.lastNodeError : error;
  return (inner.message || inner.name).slice(0, DETAIL_LENGTH_MAX);
}
