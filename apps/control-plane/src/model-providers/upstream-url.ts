import { BlockList, isIP } from 'node:net';

/** What an operator allows beyond the rules that always hold (contract 8.3). */
export interface UpstreamUrlPolicy {
  /** Refuse loopback, private and reserved addresses. Default of the product: false. */
  readonly blockLocal: boolean;
  /** Refuse plain HTTP. Default of the product: false. */
  readonly requireHttps: boolean;
  /** Hosts, lower-case, that {@link blockLocal} does not apply to. */
  readonly allowedHosts: ReadonlySet<string>;
}

const METADATA_HOSTS: ReadonlySet<string> = new Set(['metadata', 'metadata.google.internal', 'metadata.goog']);
const METADATA_SUFFIX = '.compute.internal';

const NEVER = addressList([
  '169.254.0.0/16',
  '168.63.129.16/32',
  '0.0.0.0/32',
  'fe80::/10',
  'fd00:ec2::254/128',
  '::/128',
]);

const LOCAL = addressList([
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
  '::1/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  'fc00::/7',
  'ff00::/8',
]);

/**
 * Why a URL that a customer gave must not be called, as the end of a sentence that starts with the field's name;
 * undefined when nothing speaks against it.
 *
 * This is the check at save time, of the text alone: names are not resolved, because they can resolve to something else
 * later. Whoever dials has to judge the resolved address again.
 */
export function upstreamUrlRefusal(text: string, policy: UpstreamUrlPolicy): string | undefined {
  const url = URL.parse(text);
  if (url === null) return 'is not a URL';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must start with http:// or https://';
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or a password';
  if (url.search !== '' || url.hash !== '') return 'must not contain a query or a fragment';
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (host === '') return 'has no host';
  if (METADATA_HOSTS.has(host) || host.endsWith(METADATA_SUFFIX)) return 'must not name a metadata service';
  if (policy.requireHttps && url.protocol !== 'https:') return 'must start with https:// on this installation';
  return addressRefusal(host, policy);
}

function addressRefusal(host: string, policy: UpstreamUrlPolicy): string | undefined {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  const version = isIP(address);
  const isLocalName = host === 'localhost' || host.endsWith('.localhost');
  if (version === 0 && !isLocalName) return undefined;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (version !== 0 && NEVER.check(address, family))
    return 'must not name a metadata, link-local or unspecified address';
  if (!policy.blockLocal || policy.allowedHosts.has(host)) return undefined;
  const isLocal = isLocalName || LOCAL.check(address, family);
  return isLocal ? 'must not name a local or private address on this installation' : undefined;
}

/** A block list judges an IPv4-mapped IPv6 address by its IPv4 part. */
function addressList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = '128'] = network.split('/');
    list.addSubnet(address, Number(prefix), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}
