import { describe, expect, it } from 'vitest';
import { parseRedisUrl } from './redis-url.js';

const OPEN = { tls: false, username: undefined, password: undefined, database: 0 };

describe('the URL of a Redis', () => {
  it.each([
    ['redis://cache', { kind: 'single', hosts: [{ host: 'cache', port: 6379 }], ...OPEN }],
    ['redis://10.0.0.7:7000/3', { kind: 'single', hosts: [{ host: '10.0.0.7', port: 7000 }], ...OPEN, database: 3 }],
    ['redis://[::1]:7000/', { kind: 'single', hosts: [{ host: '::1', port: 7000 }], ...OPEN }],
    [
      'rediss://app:p%40ss%3A%2F@cache.example.org',
      {
        kind: 'single',
        hosts: [{ host: 'cache.example.org', port: 6379 }],
        ...OPEN,
        tls: true,
        username: 'app',
        password: 'p@ss:/',
      },
    ],
    ['redis://:secret@cache', { kind: 'single', hosts: [{ host: 'cache', port: 6379 }], ...OPEN, password: 'secret' }],
    [
      'redis+cluster://a:7000,b,[fe80::1]:7002',
      {
        kind: 'cluster',
        hosts: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 6379 },
          { host: 'fe80::1', port: 7002 },
        ],
        ...OPEN,
      },
    ],
    [
      'rediss+sentinel://app:secret@a,b:7000/primary/2?sentinel_username=watch&sentinel_password=w%26w',
      {
        kind: 'sentinel',
        hosts: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 7000 },
        ],
        master: 'primary',
        sentinelUsername: 'watch',
        sentinelPassword: 'w&w',
        tls: true,
        username: 'app',
        password: 'secret',
        database: 2,
      },
    ],
  ])('%s is understood', (url, target) => {
    expect(parseRedisUrl(url)).toEqual({ ok: true, target });
  });

  it.each([
    ['', 'must look like'],
    ['cache:6379', 'must look like'],
    ['http://cache', 'must look like'],
    ['redis+ring://cache', 'must look like'],
    ['redis://', 'must look like'],
    ['redis://cache:0', 'a port from 1 to 65535'],
    ['redis://cache:65536', 'a port from 1 to 65535'],
    ['redis://ca che', 'must name 1 to 32 hosts'],
    ['redis+cluster://a,,b', 'must name 1 to 32 hosts'],
    [`redis+cluster://${Array.from({ length: 33 }, (_, index) => `h${index}`).join(',')}`, 'must name 1 to 32 hosts'],
    ['redis://a,b', 'redis+sentinel:// or redis+cluster://'],
    ['redis://cache/one', 'the database must be a number'],
    ['redis://cache/1/2', 'the database must be a number'],
    ['redis+cluster://a,b/1', 'a cluster has no databases'],
    ['redis+sentinel://a,b', 'must name the primary'],
    ['redis+sentinel://a,b/primary/x', 'the database must be a number'],
    ['redis://user:hunter2%@cache', 'percent-encoded'],
    ['redis://user:hunter2@ca che', 'must name 1 to 32 hosts'],
  ])('%s is refused with a reason that shows no secret', (url, reason) => {
    const parsed = parseRedisUrl(url);
    expect(parsed).toEqual({ ok: false, problem: expect.stringContaining(reason) });
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });
});
