import { describe, expect, it } from 'vitest';
import { EgressPolicy } from './egress-policy.js';

const open = new EgressPolicy();
const closed = new EgressPolicy({
  blocksSpecialAddresses: true,
  requiresHttps: true,
  allowedHosts: ['models.internal', ' 10.0.0.5 ', '[fd00::5]', 'Trailing.Dot.'],
});

describe('the egress policy judges URLs', () => {
  it.each([
    ['not a url', 'it is not a URL'],
    ['', 'it is not a URL'],
    ['api.openai.com', 'it is not a URL'],
    ['ftp://api.openai.com', 'its scheme is neither http nor https'],
    ['file:///etc/passwd', 'its scheme is neither http nor https'],
    ['unix:/run/docker.sock', 'its scheme is neither http nor https'],
    ['https://user@api.openai.com', 'it carries credentials'],
    ['https://user:secret@api.openai.com', 'it carries credentials'],
    ['http://metadata', 'its host is a metadata service'],
    ['http://METADATA.google.internal./', 'its host is a metadata service'],
    ['http://metadata.goog', 'its host is a metadata service'],
    ['http://ip-10-0-0-1.eu-west-1.compute.internal', 'its host is a metadata service'],
    ['http://169.254.169.254', 'its host is a metadata service'],
    ['http://[fd00:ec2::254]', 'its host is a metadata service'],
    ['http://[::ffff:169.254.169.254]', 'its host is a metadata service'],
    ['http://0xa9fea9fe', 'its host is a metadata service'],
    ['http://2852039166', 'its host is a metadata service'],
    ['http://0251.0376.0251.0376', 'its host is a metadata service'],
    ['http://169.254.169.254.', 'its host is a metadata service'],
    ['http://0/', 'its host has a link-local or unspecified address'],
    ['http://[fe80::1]', 'its host has a link-local or unspecified address'],
  ])('refuses %s, whatever is allowed', (url, reason) => {
    expect(open.refusalOfUrl(url)).toBe(reason);
  });

  it.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]', 'http://10.0.0.5', 'https://api.x.ai'])(
    'lets %s through by default, for self-hosted models',
    (url) => {
      expect(open.refusalOfUrl(url)).toBeUndefined();
    },
  );

  it.each(['https://127.0.0.1', 'https://127.1', 'https://[::1]', 'https://10.0.0.6', 'https://[fd00::6]'])(
    'refuses %s once special addresses are blocked',
    (url) => {
      expect(closed.refusalOfUrl(url)).toBe('its host has a private, loopback or reserved address');
    },
  );

  it.each(['https://10.0.0.5', 'https://[fd00::5]', 'https://[FD00:0::5]:8443', 'https://8.8.8.8'])(
    'lets %s through, which is listed or public',
    (url) => {
      expect(closed.refusalOfUrl(url)).toBeUndefined();
    },
  );

  it('refuses plain http where https is required, also for listed hosts', () => {
    expect(closed.refusalOfUrl('http://models.internal')).toBe('it is not https');
    expect(closed.refusalOfUrl('http://10.0.0.5')).toBe('it is not https');
    expect(closed.refusalOfUrl('https://models.internal')).toBeUndefined();
  });

  it('says the same when it is asked again', () => {
    for (const _ of [1, 2, 3]) {
      expect(closed.refusalOfUrl('https://127.0.0.1')).toContain('private');
      expect(closed.refusalOfUrl('https://api.openai.com')).toBeUndefined();
    }
  });
});

describe('the egress policy judges the addresses of a name', () => {
  it.each([
    ['10.1.2.3', 'models.internal', undefined],
    ['10.1.2.3', 'MODELS.internal.', undefined],
    ['10.1.2.3', 'trailing.dot', undefined],
    ['10.1.2.3', 'other.models.internal', 'its host has a private, loopback or reserved address'],
    ['::ffff:10.1.2.3', 'example.com', 'its host has a private, loopback or reserved address'],
    ['8.8.8.8', 'example.com', undefined],
    ['169.254.169.254', 'models.internal', 'its host is a metadata service'],
    ['fe80::1%2', 'models.internal', 'its host has a link-local or unspecified address'],
    ['nonsense', 'models.internal', 'its host has an address that cannot be read'],
  ])('%s for %s', (address, host, refusal) => {
    expect(closed.refusalOfAddress(address, host)).toBe(refusal);
  });
});
