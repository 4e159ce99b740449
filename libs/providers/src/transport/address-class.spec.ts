import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyAddress, type AddressClass } from './address-class.js';

/** First and last address of every range of contract 8.3, and what surrounds them. */
const CORPUS: readonly (readonly [AddressClass, readonly string[]])[] = [
  [
    'metadata',
    [
      '169.254.169.254',
      '169.254.170.2',
      '168.63.129.16',
      'fd00:ec2::254',
      '::ffff:169.254.169.254',
      '::ffff:a83f:8110',
      '0:0:0:0:0:ffff:a9fe:aa02',
      '64:ff9b::169.254.169.254',
      '2002:a9fe:a9fe::1',
      '::169.254.169.254',
    ],
  ],
  [
    'link-local',
    ['0.0.0.0', '::', '::ffff:0.0.0.0', '169.254.0.0', '169.254.169.253', '169.254.255.255', 'fe80::', 'fe80::1%eth0'],
  ],
  ['link-local', ['febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::ffff:169.254.1.1', '64:ff9b::169.254.1.1']],
  ['special', ['0.0.0.1', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255']],
  ['special', ['127.0.0.1', '127.255.255.255', '172.16.0.0', '172.31.255.255', '192.0.0.0', '192.0.0.255']],
  ['special', ['192.0.2.0', '192.0.2.255', '192.88.99.0', '192.88.99.255', '192.168.0.0', '192.168.255.255']],
  ['special', ['198.18.0.0', '198.19.255.255', '198.51.100.0', '198.51.100.255', '203.0.113.0', '203.0.113.255']],
  ['special', ['224.0.0.0', '239.255.255.255', '240.0.0.0', '255.255.255.255']],
  ['special', ['::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:FFFF:C0A8:0001']],
  ['special', ['64:ff9b::', '64:ff9b::8.8.8.8', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', '100::']],
  ['special', ['100::ffff:ffff:ffff:ffff', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db8::1']],
  ['special', ['2002::', '2002:ffff::1', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', 'fc00::', 'fdff::1']],
  ['special', ['fec0::1', 'ff00::', 'ff02::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']],
  ['global', ['1.0.0.0', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255']],
  ['global', ['128.0.0.0', '168.63.129.15', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0']],
  ['global', ['192.0.1.0', '192.0.3.0', '192.88.98.255', '192.167.255.255', '192.169.0.0', '198.17.255.255']],
  ['global', ['198.20.0.0', '198.51.101.0', '203.0.114.0', '223.255.255.255', '::ffff:8.8.8.8', '::ffff:808:808']],
  ['global', ['64:ff9b:2::', '100:0:0:1::', '2001:1::', '2001:4860:4860::8888', '2001:db7:ffff::', '2001:db9::']],
  ['global', ['2003::', '2606:4700::1111', '3ffe::', '3fff:1000::', 'fbff::']],
  [
    'unreadable',
    ['', 'localhost', '1.2.3', '0x7f.0.0.1', '127.0.0.1:80', '[::1]', '::1/128', '1.2.3.4.5', ' 10.0.0.1'],
  ],
];

describe('classifyAddress', () => {
  it.each(CORPUS.flatMap(([expected, addresses]) => addresses.map((address) => [address, expected] as const)))(
    'takes %j for %s',
    (address, expected) => {
      expect(classifyAddress(address)).toBe(expected);
    },
  );

  it('judges every IPv4 address alike when it is mapped into IPv6, however that is spelled', () => {
    fc.assert(
      fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)), (bytes) => {
        const [a, b, c, d] = bytes;
        const plain = classifyAddress(bytes.join('.'));
        expect(classifyAddress(`::ffff:${bytes.join('.')}`)).toBe(plain);
        expect(classifyAddress(`::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`)).toBe(plain);
      }),
      { numRuns: 2000 },
    );
  });
});
