import { BlockList, isIP } from 'node:net';

/** What an IP address is to someone who wants to send it a customer's request. */
export type AddressClass =
  /** Hands out a machine's own credentials in most clouds. */
  | 'metadata'
  /** This machine under another name, or its neighbours on the wire. */
  | 'link-local'
  /** Private, loopback or reserved: never a public API. */
  | 'special'
  /** Anything that the public Internet may route. */
  | 'global'
  /** No IP address at all. */
  | 'unreadable';

/** Instance metadata and host services of AWS, Azure and those who took over their addresses. */
const METADATA = ['169.254.169.254/32', '169.254.170.2/32', '168.63.129.16/32', 'fd00:ec2::254/128'];

/** The same, wrapped in addresses that a translator or tunnel on the way unwraps (NAT64, 6to4, IPv4-compatible). */
const METADATA_WRAPPED = [
  '64:ff9b::a9fe:a9fe/128',
  '64:ff9b::a9fe:aa02/128',
  '64:ff9b::a83f:8110/128',
  '2002:a9fe:a9fe::/48',
  '2002:a9fe:aa02::/48',
  '2002:a83f:8110::/48',
  '::a9fe:a9fe/128',
  '::a9fe:aa02/128',
  '::a83f:8110/128',
];

const LINK_LOCAL = ['0.0.0.0/32', '169.254.0.0/16', '::/128', 'fe80::/10', '64:ff9b::a9fe:0/112', '2002:a9fe::/32'];

/** The special-purpose registries of IANA, as the contract lists them (8.3), with site-local and IPv4-compatible. */
const SPECIAL = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  'fc00::/7',
  'fec0::/10',
  'ff00::/8',
];

/** In order of severity: the first list that holds an address decides. */
const LISTS: readonly (readonly [AddressClass, BlockList])[] = [
  ['metadata', listOf([...METADATA, ...METADATA_WRAPPED])],
  ['link-local', listOf(LINK_LOCAL)],
  ['special', listOf(SPECIAL)],
];

/**
 * Classifies an IP address in any textual form, without brackets.
 *
 * An IPv4 address that is mapped into IPv6 (`::ffff:a.b.c.d`) is judged as the IPv4 address that it is; a zone
 * (`%eth0`) is left out of account.
 */
export function classifyAddress(address: string): AddressClass {
  const zone = address.indexOf('%');
  const bare = zone === -1 ? address : address.slice(0, zone);
  const version = isIP(bare);
  if (version === 0) return 'unreadable';
  // A block list unmaps IPv4-mapped addresses by itself.
  const family = version === 4 ? 'ipv4' : 'ipv6';
  return LISTS.find(([, list]) => list.check(bare, family))?.[0] ?? 'global';
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    list.addSubnet(network, Number(prefix), isIP(network) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
