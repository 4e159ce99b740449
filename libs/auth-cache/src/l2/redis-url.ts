/** Where Redis or Valkey is, as its URL says. */
export type RedisTarget = RedisAccess &
  (
    | { readonly kind: 'single'; readonly hosts: readonly [RedisHost] }
    | { readonly kind: 'cluster'; readonly hosts: readonly RedisHost[] }
    | {
        readonly kind: 'sentinel';
        /** The sentinels. */
        readonly hosts: readonly RedisHost[];
        /** The name under which the sentinels know the primary. */
        readonly master: string;
        readonly sentinelUsername: string | undefined;
        readonly sentinelPassword: string | undefined;
      }
  );

/** One address. */
export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

/** How to be let in. */
export interface RedisAccess {
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Number of the database; always 0 in a cluster. */
  readonly database: number;
}

/** What a URL says, or one sentence on why it says nothing usable, without any part of the URL that may be secret. */
export type ParsedRedisUrl =
  { readonly ok: true; readonly target: RedisTarget } | { readonly ok: false; readonly problem: string };

/** Addresses that a URL may name. */
const HOSTS_MAX = 32;
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;
const DATABASE = /^\d{1,4}$/;

const FORM =
  /^(?<scheme>redis|rediss)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?(?<hosts>[^@/?#]+)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;

/**
 * Reads the URL of a Redis or Valkey.
 *
 * - `redis://[user[:password]@]host[:port][/database]`, default port 6379, default database 0
 * - `redis+cluster://[user[:password]@]host[:port],host[:port],…`
 * - `redis+sentinel://[user[:password]@]host[:port],host[:port],…/master[/database]`, default port 26379; sentinels that
 *   ask for credentials of their own get them by `?sentinel_username=…&sentinel_password=…`
 *
 * With `rediss` in place of `redis` connections are encrypted with TLS, those to sentinels too. Special characters of
 * names and passwords are percent-encoded; a password without a name is written `redis://:password@host`.
 */
export function parseRedisUrl(url: string): ParsedRedisUrl {
  const groups = FORM.exec(url)?.groups;
  if (groups === undefined) return refuse('it must look like redis://[user:password@]host[:port][/database]');
  const kind = groups['kind'] ?? 'single';
  const hosts = readHosts(groups['hosts'] ?? '', kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT);
  if (hosts === undefined)
    return refuse(`it must name 1 to ${HOSTS_MAX} hosts, each with a port from 1 to 65535 or none`);
  const path = (groups['path'] ?? '').split('/').filter((part) => part !== '');
  const credentials = readCredentials(groups);
  if (credentials === undefined) return refuse('a part of it is not percent-encoded as it should be');
  const tls = groups['scheme'] === 'rediss';
  const { username, password, sentinelUsername, sentinelPassword } = credentials;
  const access = { tls, username, password };
  switch (kind) {
    case 'cluster':
      if (path.length > 0) return refuse('a cluster has no databases to choose from');
      return { ok: true, target: { kind, hosts, ...access, database: 0 } };
    case 'sentinel': {
      const [master, database = '0', ...rest] = path;
      if (master === undefined) return refuse('it must name the primary after the sentinels: …host,host/master');
      if (!DATABASE.test(database) || rest.length > 0) return refuse(DATABASE_PROBLEM);
      const sentinel = { master, sentinelUsername, sentinelPassword };
      return { ok: true, target: { kind, hosts, ...sentinel, ...access, database: Number(database) } };
    }
    default: {
      const [host, ...others] = hosts;
      if (host === undefined || others.length > 0) {
        return refuse('several hosts need redis+sentinel:// or redis+cluster://');
      }
      const [database = '0', ...rest] = path;
      if (!DATABASE.test(database) || rest.length > 0) return refuse(DATABASE_PROBLEM);
      return { ok: true, target: { kind: 'single', hosts: [host], ...access, database: Number(database) } };
    }
  }
}

const DATABASE_PROBLEM = 'the database must be a number of at most four digits';

function refuse(problem: string): ParsedRedisUrl {
  return { ok: false, problem };
}

function readHosts(text: string, defaultPort: number): RedisHost[] | undefined {
  const parts = text.split(',');
  if (parts.length > HOSTS_MAX) return undefined;
  const hosts: RedisHost[] = [];
  for (const part of parts) {
    const groups = /^(?:\[(?<ipv6>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9._-]+))(?::(?<port>\d{1,5}))?$/.exec(
      part,
    )?.groups;
    const host = groups?.['ipv6'] ?? groups?.['name'];
    const port = Number(groups?.['port'] ?? defaultPort);
    if (host === undefined || port < 1 || port > 65_535) return undefined;
    hosts.push({ host, port });
  }
  return hosts;
}

function readCredentials(groups: Readonly<Record<string, string | undefined>>) {
  const query = new URLSearchParams(groups['query'] ?? '');
  try {
    return {
      username: decodeURIComponent(groups['user'] ?? '') || undefined,
      password: decodeURIComponent(groups['password'] ?? '') || undefined,
      sentinelUsername: query.get('sentinel_username') || undefined,
      sentinelPassword: query.get('sentinel_password') || undefined,
    };
  } catch {
    return undefined;
  }
}
