import { describe, expect, it } from 'vitest';

import { EgressPolicy } from '#providers';

import { upstreamUrlRefusal } from './upstream-url.js';

const open = new EgressPolicy();
const closed = new EgressPolicy({ blocksSpecialAddresses: true, requiresHttps: true, allowedHosts: ['10.1.2.3'] });

describe('upstreamUrlRefusal', () => {
  it.each([
    'not a url',
    'ftp://example.com',
    'file:///etc/passwd',
    'https://user@example.com',
    'https://user:pass@example.com',
    'https://example.com/?x=1',
    'https://example.com/#x',
    'http://metadata/v1',
    'http://METADATA.google.internal./v1',
    'http://metadata.goog',
    'http://ip-10-0-0-1.eu-west-1.compute.internal',
    'http://169.254.169.254/latest',
    'http://2852039166/latest',
    'http://0xa9fea9fe/latest',
    'http://0251.0376.0251.0376/latest',
    'http://169.254.170.2',
    'http://168.63.129.16',
    'http://[fd00:ec2::254]',
    'http://[::ffff:169.254.169.254]',
    'http://[::ffff:a9fe:a9fe]',
    'http://[fe80::1]',
    'http://0.0.0.0:8080',
    'http://[::]:8080',
  ])('%s is refused on every installation', (url) => {
    expect(upstreamUrlRefusal(url, open)).toBeTypeOf('string');
  });

  it.each([
    'https://api.example.com/v1',
    'http://127.0.0.1:5564/v1',
    'http://localhost:11434',
    'http://[::1]:8080',
    'http://10.0.0.7',
    'http://vllm.internal:8000/v1',
  ])('%s is allowed unless the operator says otherwise', (url) => {
    expect(upstreamUrlRefusal(url, open)).toBeUndefined();
  });

  it.each([
    'https://127.0.0.1',
    'https://localhost',
    'https://a.localhost',
    'https://2130706433',
    'https://10.0.0.7',
    'https://172.16.0.1',
    'https://192.168.1.1',
    'https://100.64.0.1',
    'https://[::1]',
    'https://[::ffff:10.0.0.7]',
    'https://[fc00::1]',
    'https://[64:ff9b::a00:1]',
    'http://api.example.com',
  ])('%s is refused where local calls are blocked and HTTPS is required', (url) => {
    expect(upstreamUrlRefusal(url, closed)).toBeTypeOf('string');
  });

  it('a host that the operator named is allowed in spite of the block, but never a metadata address', () => {
    expect(upstreamUrlRefusal('https://10.1.2.3/v1', closed)).toBeUndefined();
    const careless = new EgressPolicy({ allowedHosts: ['169.254.169.254'] });
    expect(upstreamUrlRefusal('https://169.254.169.254', careless)).toBeTypeOf('string');
  });
});
