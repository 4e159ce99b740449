import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeUpstream } from '../../../../libs/providers/src/testing/index.js';
import { FakeControlPlaneServer } from '../auth/testing/fake-control-plane-server.js';
import { RunningGateway } from '../auth/testing/running-gateway.js';

const controlPlane = new FakeControlPlaneServer();
let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await FakeUpstream.start();
  await controlPlane.listen();
  const provider = { id: 'mp_1', type: 'custom', credentials: {}, base_url: upstream.url };
  controlPlane.addKey('key', { project_id: 'project_1', providers: [provider] });
  gateway = await RunningGateway.start(controlPlane);
});
afterAll(async () => {
  await gateway.stop();
  await controlPlane.close();
  await upstream.stop();
});

describe('a translated stream', () => {
  it.each([
    ['streamGenerateContent?alt=sse', true],
    ['generateContent', undefined],
  ])('is asked for where the path says so and the body cannot: %s', async (action, stream) => {
    upstream.reset();
    const response = await fetch(`${gateway.url}/v1beta/models/some-model:${action}`, {
      method: 'POST',
      headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] }),
    });
    const events = (await response.text()).split('\n\n').filter((event) => event.includes('"text"'));
    const [asked] = upstream.requests();
    const body = JSON.parse(asked?.body.toString() ?? '') as { readonly stream?: boolean };
    expect(body.stream).toBe(stream);
    expect(events.length > 1).toBe(stream === true);
  });
});
