import autocannon from 'autocannon';
import { endWithParent, tellParent } from '../child-side.js';
import { loadRequestSchema, type LoadResult } from '../load-protocol.js';

/** Puts load on a URL whenever the parent asks, in a process of its own so that it can have a core of its own. */
process.on('message', (message) => void answer(message));
endWithParent();
tellParent({ ready: true });

async function answer(message: unknown): Promise<void> {
  const { url, body, authorization, connections, durationSeconds } = loadRequestSchema.parse(message);
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body,
    connections,
    duration: durationSeconds,
  });
  tellParent({
    requests: result.requests.total,
    requestsPerSecond: result.requests.total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failures: result.non2xx + result.errors + result.timeouts,
  } satisfies LoadResult);
}
