import { createServer, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEgressConnector } from './egress-connector.js';
import { EgressPolicy, EgressRefusedError } from './egress-policy.js';
import { UpstreamPools } from './upstream-pools.js';

let server: Server;
let port: number;
let requests = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests += 1;
    if (request.url === '/moved') response.writeHead(302, { location: 'http://169.254.169.254/' });
    response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => server.close());

/** Answers each look-up of any name with the next of `answers`, as a hostile name server would. */
function scripted(...answers: readonly (readonly string[])[]): LookupFunction {
  let calls = 0;
  return (_host, options, callback) => {
    const addresses = answers[calls] ?? [];
    calls += 1;
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all === true) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family ?? 4);
  };
}

async function get(origin: string, policy: EgressPolicy, lookup?: LookupFunction): Promise<number | string> {
  const connect = createEgressConnector({ policy, connectTimeoutMs: 2_000, ...(lookup ? { lookup } : {}) });
  const pool = new Pool(origin, { connect });
  try {
    const { statusCode, body } = await pool.request({ method: 'GET', path: '/' });
    await body.dump();
    return statusCode;
  } catch (error) {
    return error instanceof EgressRefusedError ? error.reason : String(error);
  } finally {
    await pool.destroy();
  }
}

const blocking = (...allowedHosts: string[]): EgressPolicy =>
  new EgressPolicy({ blocksSpecialAddresses: true, allowedHosts });

const PRIVATE = 'its host has a private, loopback or reserved address';

describe('a connection under the egress policy', () => {
  it('goes to the address that was judged', async () => {
    expect(await get(`http://models.test:${port}`, new EgressPolicy(), scripted(['127.0.0.1']))).toBe(200);
  });

  it('is refused by what its name resolves to, however harmless the name', async () => {
    expect(await get(`http://models.test:${port}`, blocking(), scripted(['127.0.0.1']))).toBe(PRIVATE);
    expect(await get(`http://models.test:${port}`, new EgressPolicy(), scripted(['169.254.169.254']))).toBe(
      'its host is a metadata service',
    );
  });

  it('is refused when only one of several addresses is bad', async () => {
    expect(await get(`http://models.test:${port}`, blocking(), scripted(['8.8.8.8', '::1']))).toBe(PRIVATE);
  });

  it('is refused as soon as a name moves to a private address: an earlier verdict buys nothing', async () => {
    const before = requests;
    const policy = blocking('first.test');
    const rebinding = scripted(['127.0.0.1'], ['127.0.0.1'], ['169.254.169.254']);
    expect(await get(`http://first.test:${port}`, policy, rebinding)).toBe(200);
    expect(await get(`http://second.test:${port}`, policy, rebinding)).toBe(PRIVATE);
    expect(await get(`http://first.test:${port}`, policy, rebinding)).toBe('its host is a metadata service');
    expect(requests - before).toBe(1);
  });

  it('judges addresses in the URL too, which are never looked up', async () => {
    const never: LookupFunction = () => expect.unreachable('an address needs no look-up');
    expect(await get(`http://127.0.0.1:${port}`, blocking(), never)).toBe(PRIVATE);
    expect(await get(`http://[::ffff:127.0.0.1]:${port}`, blocking(), never)).toBe(PRIVATE);
    expect(await get(`https://127.0.0.1:${port}`, blocking(), never)).toBe(PRIVATE);
  });

  it('honours the allow-list for addresses and names alike', async () => {
    expect(await get(`http://127.0.0.1:${port}`, blocking('127.0.0.1'))).toBe(200);
    expect(await get(`http://models.test:${port}`, blocking('models.test'), scripted(['127.0.0.1']))).toBe(200);
  });

  it('passes a failed look-up on as it is', async () => {
    const failing: LookupFunction = (_host, _options, callback) =>
      callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
    expect(await get(`http://models.test:${port}`, blocking(), failing)).toBe('Error: no such name');
  });
});

describe('the upstream pools', () => {
  it('obey the policy that they were given', async () => {
    const pools = new UpstreamPools({ egress: blocking() });
    const request = pools.get(`http://127.0.0.1:${port}`).request({ method: 'GET', path: '/' });
    await expect(request).rejects.toBeInstanceOf(EgressRefusedError);
    await pools.destroy();
  });

  it('follow no redirect', async () => {
    const pools = new UpstreamPools();
    const { statusCode, body } = await pools.get(`http://127.0.0.1:${port}`).request({ method: 'GET', path: '/moved' });
    await body.dump();
    expect(statusCode).toBe(302);
    await pools.destroy();
  });
});
