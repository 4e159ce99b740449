import type { Clock } from '#kernel';
import type { ClientResponse } from './client-response.js';

/** How long a client is left without a sign of life while its stream is held back. */
export const KEEP_ALIVE_MS = 10_000;

/** A comment of server-sent events: readers pass over it. */
const COMMENT = ': keep-alive\n\n';

/**
 * Shows a client that its stream is still being made while all of it is held back: opens the response and sends
 * comments. What goes wrong after the first of them can only be told inside of the stream.
 */
export class KeepAlive {
  private cancel: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly response: ClientResponse,
    private readonly headers: () => Record<string, string | string[]>,
    private readonly onStream: () => void,
  ) {
    this.arm();
  }

  /** Ends it: the stream itself goes out, or the exchange is over. */
  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private arm(): void {
    this.cancel = this.clock.schedule(KEEP_ALIVE_MS, () => {
      if (!this.response.opened) {
        this.response.open(200, this.headers());
        this.onStream();
      }
      this.response.write(COMMENT);
      this.arm();
    });
  }
}
