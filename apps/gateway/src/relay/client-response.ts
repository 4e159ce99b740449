import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/**
 * The one HTTP response of an exchange, whoever writes to it: an attempt, the next one that goes on where it broke off,
 * or what keeps the connection alive meanwhile. Once it is open Fastify has no part in it any more.
 */
export class ClientResponse {
  private readonly raw: ServerResponse;
  private started = false;

  constructor(private readonly reply: FastifyReply) {
    this.raw = reply.raw;
  }

  /** True once status and headers were sent. */
  get opened(): boolean {
    return this.started;
  }

  /** Sends status and headers, once. */
  open(status: number, headers: Record<string, string | string[]>): void {
    this.started = true;
    this.reply.hijack();
    this.raw.writeHead(status, headers);
  }

  /** Sends bytes. False when the client does not keep up; `onDrain` then says when it does again. */
  write(bytes: Buffer | string): boolean {
    return this.raw.write(bytes);
  }

  onDrain(listener: () => void): void {
    this.raw.once('drain', listener);
  }

  /** Ends the response, with last bytes if any. */
  end(bytes?: Buffer | string): void {
    if (bytes === undefined) this.raw.end();
    else this.raw.end(bytes);
  }
}
