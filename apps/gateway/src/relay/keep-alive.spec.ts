import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import type { ClientResponse } from './client-response.js';
import { KEEP_ALIVE_MS, KeepAlive } from './keep-alive.js';

/** A response that notes what was done to it. */
class FakeResponse {
  opened = false;
  readonly log: string[] = [];

  open(status: number, headers: Record<string, string | string[]>): void {
    this.opened = true;
    this.log.push(`open ${status} ${String(headers['content-type'])}`);
  }

  write(bytes: string): boolean {
    this.log.push(bytes);
    return true;
  }
}

interface Scene {
  readonly clock: VirtualClock;
  readonly response: FakeResponse;
  readonly keepAlive: KeepAlive;
  readonly streams: () => number;
}

function begin(): Scene {
  const clock = new VirtualClock();
  const response = new FakeResponse();
  let streams = 0;
  const headers = (): Record<string, string> => ({ 'content-type': 'text/event-stream' });
  const keepAlive = new KeepAlive(clock, response as unknown as ClientResponse, headers, () => (streams += 1));
  return { clock, response, keepAlive, streams: () => streams };
}

const COMMENT = ': keep-alive\n\n';

describe('a client whose stream is held back', () => {
  it('sees nothing for ten seconds, then an open stream and a comment every ten seconds', async () => {
    const { clock, response, streams } = begin();
    await clock.advance(KEEP_ALIVE_MS - 1);
    expect(response.log).toEqual([]);
    await clock.advance(1);
    expect(response.log).toEqual(['open 200 text/event-stream', COMMENT]);
    await clock.advance(2 * KEEP_ALIVE_MS);
    expect(response.log.slice(2)).toEqual([COMMENT, COMMENT]);
    expect(streams()).toBe(1);
  });

  it('sees no more of it once the stream goes out, and no timer is left', async () => {
    const { clock, response, keepAlive } = begin();
    keepAlive.stop();
    keepAlive.stop();
    expect(clock.sleeping).toBe(0);
    await clock.advance(100_000);
    expect(response.log).toEqual([]);
  });

  it('is not sent a second head when its response is open already', async () => {
    const { clock, response, streams } = begin();
    response.opened = true;
    await clock.advance(KEEP_ALIVE_MS);
    expect(response.log).toEqual([COMMENT]);
    expect(streams()).toBe(0);
  });
});
