import type { ServerResponse } from 'node:http';
import { ControlPlaneClient, REVISION_HEADER, changeCursorsRequestSchema } from '#gateway-protocol';
import { SeededRandom, SystemClock } from '#kernel';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChangeFeed } from './change-feed.js';
import type { ChangeAnswer } from './change-source.js';
import { KeyCache } from './key-cache.js';
import { MultiplexedChangeSource } from './multiplexed-change-source.js';
import { FakeControlPlane } from './testing/fake-control-plane.js';
import { ProtocolServer, answerJson } from './testing/protocol-server.js';
import { RecordedEvents } from './testing/recorded-events.js';

/** The machine's clock, which a test can set forward. */
class AdvancingClock extends SystemClock {
  aheadMs = 0;

  override monotonicMs(): number {
    return super.monotonicMs() + this.aheadMs;
  }
}

const clock = new AdvancingClock();
let server: ProtocolServer;
let client: ControlPlaneClient;
let source: MultiplexedChangeSource;
let stop: AbortController;
/** Calls of the shared poll that wait, newest last. */
let held: { cursors: Readonly<Record<string, string>>; response: ServerResponse }[];

beforeEach(async () => {
  held = [];
  stop = new AbortController();
  server = new ProtocolServer();
  await server.listen();
  server.handler = (call, response) => {
    if (call.method !== 'POST') return void response.writeHead(204, { [REVISION_HEADER]: '1' }).end();
    held.push({ cursors: changeCursorsRequestSchema.parse(JSON.parse(call.body)).cursors, response });
  };
  client = new ControlPlaneClient({ baseUrl: server.baseUrl, secret: 's', nodeId: 'n', version: '0', clock });
  source = new MultiplexedChangeSource({ client, clock, random: new SeededRandom(1) });
});

afterEach(async () => {
  stop.abort();
  await client.close();
  await server.close();
});

function poll(organizationId: string, since = '5'): Promise<ChangeAnswer> {
  return source.poll({ organizationId, since, timeoutSeconds: 10 }, stop.signal);
}

async function call(count: number): Promise<(typeof held)[number]> {
  return vi.waitFor(() => {
    const wanted = held[count - 1];
    if (wanted === undefined) throw new Error(`call ${count} has not come`);
    return wanted;
  });
}

describe('the change feeds of many organizations', () => {
  it('are asked for in one call; who has news is told, acknowledges at once, and the others wait on', async () => {
    const [first, second] = [poll('org_1'), poll('org_2', '7')];
    const { cursors, response } = await call(1);
    expect(cursors).toEqual({ org_1: '5', org_2: '7' });
    const changes = [{ kind: 'VK_REVOKED', virtual_key_id: 'vk_1', revision: '6' }];
    answerJson(response, 200, { organizations: { org_1: { current_revision: '6', changes } } });
    expect(await first).toMatchObject({ kind: 'changes', cursor: '6', changes });
    void poll('org_1', '6');
    expect((await call(2)).cursors).toEqual({ org_1: '6', org_2: '7' });
    (await call(2)).response.writeHead(204).end();
    // It has waited for less than a second, so it is told nothing rather than to come back.
    const outcome = await Promise.race([second, clock.sleep(50).then(() => 'waits')]);
    expect(outcome).toBe('waits');
  });

  it('are asked for again together when another organization joins', async () => {
    void poll('org_1');
    await call(1);
    void poll('org_2');
    expect((await call(2)).cursors).toEqual({ org_1: '5', org_2: '5' });
  });

  it('tell where the feed is when the cursor was ahead of it', async () => {
    const answer = poll('org_1', '99');
    const news = { org_1: { current_revision: '3', changes: [] } };
    answerJson((await call(1)).response, 200, { organizations: news });
    expect(await answer).toEqual({ kind: 'quiet', cursor: '3' });
  });

  it('leave no call behind when nobody waits any more', async () => {
    void poll('org_1');
    const { response } = await call(1);
    const closed = new Promise((resolve) => response.once('close', resolve));
    stop.abort();
    await closed;
  });

  it.each([404, 405, 501])('are asked for one by one for ten minutes when the answer is %i', async (status) => {
    const answer = poll('org_1');
    (await call(1)).response.writeHead(status).end();
    expect(await answer).toEqual({ kind: 'again' });
    expect(source.sharesConnections).toBe(false);
    expect(await poll('org_1')).toEqual({ kind: 'quiet', cursor: '1' });
    expect(server.calls.at(-1)).toMatchObject({ method: 'GET' });
    clock.aheadMs += 600_000;
    expect(source.sharesConnections).toBe(true);
    void poll('org_1');
    await call(2);
  });

  it('fail together, are reported once, and come back together', async () => {
    const events = new RecordedEvents();
    const controlPlane = new FakeControlPlane(clock);
    const ports = { clock, random: new SeededRandom(2), events };
    const cache = new KeyCache({ source: controlPlane, ...ports });
    for (const organizationId of ['org_1', 'org_2', 'org_3']) {
      controlPlane.add(`vk-${organizationId}`, { organizationId });
      await cache.resolve(`vk-${organizationId}`);
    }
    const feed = new ChangeFeed({ source, cache, ...ports });
    feed.start();
    (await call(1)).response.writeHead(503).end();
    const { cursors } = await call(2);
    expect(feed.stats().failedPolls).toBe(3);
    expect(events.of('change_feed_poll_failed')).toHaveLength(1);
    expect(Object.keys(cursors).length).toBeGreaterThan(0);
    await Promise.all([feed.stop(), cache.stop()]);
  });
});
