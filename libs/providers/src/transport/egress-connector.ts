import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { EgressRefusedError, type EgressPolicy } from './egress-policy.js';

/** How connections are opened under a policy. */
export interface EgressConnectorOptions {
  readonly policy: EgressPolicy;
  /** Time to open a connection, TLS included, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Resolves host names. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
}

/**
 * Opens connections that the policy allows, and no others.
 *
 * A name is judged by the very addresses that the socket then connects to, so a name that changes its address between
 * the check and the call gains nothing. One bad address refuses the name, because which one is used is not ours to
 * choose. Addresses in the URL, which are never looked up, are judged as they stand.
 */
export function createEgressConnector(options: EgressConnectorOptions): buildConnector.connector {
  const { policy, connectTimeoutMs, lookup = systemLookup } = options;
  const open = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    lookup: guardLookup(policy, lookup),
  });
  return (target, callback) => {
    const refusal = policy.refusalOfUrl(`${target.protocol}//${bracket(target.hostname)}`);
    if (refusal === undefined) open(target, callback);
    else queueMicrotask(() => callback(new EgressRefusedError(refusal), null));
  };
}

/** `lookup`, with its answer withheld when the policy refuses any address of it. */
export function guardLookup(policy: EgressPolicy, lookup: LookupFunction): LookupFunction {
  return (host, options, callback) => {
    lookup(host, options, (error, found, family) => {
      if (error !== null) return callback(error, found, family);
      const addresses: readonly LookupAddress[] = Array.isArray(found)
        ? found
        : [{ address: found, family: family ?? 0 }];
      const [refusal] = addresses.flatMap(({ address }) => policy.refusalOfAddress(address, host) ?? []);
      if (refusal === undefined) callback(null, found, family);
      else callback(new EgressRefusedError(refusal), []);
    });
  };
}

function bracket(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
