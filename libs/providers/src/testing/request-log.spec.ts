import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { RECORDED_BODY_BYTES_MAX, RECORDED_REQUESTS_MAX, RequestLog } from './request-log.js';

const message = new IncomingMessage(new Socket());

describe('RequestLog', () => {
  it('forgets the oldest request beyond its count', () => {
    const log = new RequestLog(new VirtualClock());
    for (let count = 0; count <= RECORDED_REQUESTS_MAX; count += 1) log.open(message);
    const requests = log.all();
    expect(requests).toHaveLength(RECORDED_REQUESTS_MAX);
    expect(requests[0]?.number).toBe(2);
  });

  it('forgets the oldest requests beyond its bytes of bodies', () => {
    const log = new RequestLog(new VirtualClock());
    const half = Buffer.alloc(RECORDED_BODY_BYTES_MAX / 2);
    const requests = [log.open(message), log.open(message), log.open(message)];
    for (const request of requests) log.addBody(request, half);
    expect(log.all().map(({ number }) => number)).toEqual([2, 3]);
  });

  it('keeps the first end of an exchange, with the time it took', async () => {
    const clock = new VirtualClock();
    const log = new RequestLog(clock);
    const request = log.open(message);
    await clock.advance(250);
    request.finish('cut');
    await clock.advance(250);
    request.finish('client-closed');
    expect(log.all()).toMatchObject([{ end: 'cut', durationMs: 250 }]);
  });
});
