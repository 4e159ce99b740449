import {
  FAULT_NAMES,
  FAULTS,
  unreachableOrigin,
  type AddressFaultName,
  type FaultName,
} from '../../libs/providers/src/testing/index.js';
import type { Pairing, Vendor } from './pairings.js';
import type { Rig } from './rig.js';

/** A dollar per thousand tokens, so that every request costs something. Nano-USD per million tokens. */
const PRICE = { input: 1_000_000_000_000, output: 1_000_000_000_000 };

/** How many are created at a time. */
const CREATED_AT_ONCE = 8;

/** How a key walks its providers. */
export type Walk =
  /** The faulty provider, which is asked twice where that is the default, and then the healthy one. */
  | 'default'
  /** The faulty provider once, and then the healthy one. */
  | 'each-once'
  /** The faulty provider once. */
  | 'alone';

/** The faults that lie in the address of a provider. */
const ADDRESS_FAULTS = FAULT_NAMES.filter(isAddressFault);

/** Faults after which the gateway asks a provider last for a while, so that no other request may meet that provider. */
const LIMITING_FAULTS = ['status-429', 'status-429-retry-after'] as const satisfies readonly FaultName[];

/** How long the gateway leaves such a provider alone, at most. */
export const RATE_LIMIT_MS = 2_000;

/** The providers and keys of a pairing. */
export interface Tenant {
  readonly firstIds: ReadonlySet<string>;
  readonly secondId: string;
  /** Part of every path at which the fake upstream is asked as the first provider, and as the second. */
  readonly firstPath: string;
  readonly secondPath: string;
  /** The key for a walk whose first provider has this fault in this kind of answer. */
  key(walk: Walk, fault: FaultName, streams: boolean): string;
}

/** Whether the provider is not reached at all. */
export function isAddressFault(fault: FaultName): fault is AddressFaultName {
  return 'lies' in FAULTS[fault];
}

/** Creates the providers and keys of all pairings, by the id of the pairing. */
export async function createTenants(rig: Rig, pairings: readonly Pairing[]): Promise<ReadonlyMap<string, Tenant>> {
  const tenants = new Map<string, Tenant>();
  const queue = pairings.values();
  const worker = async (): Promise<void> => {
    for (const pairing of queue) tenants.set(pairing.id, await createTenant(rig, pairing));
  };
  await Promise.all(Array.from({ length: CREATED_AT_ONCE }, worker));
  return tenants;
}

async function createTenant({ management, upstreamUrl }: Rig, pairing: Pairing): Promise<Tenant> {
  const [firstName, secondName] = [`${pairing.id}-first`, `${pairing.id}-second`];
  const add = (name: string, vendor: Vendor, origin: string, priority: number): Promise<string> =>
    management.createModelProvider({
      name,
      handle: name,
      priority,
      default_price: PRICE,
      ...vendorFields(vendor, `${origin}/${name}`),
    });
  const secondId = await add(secondName, pairing.second, upstreamUrl, 2);
  const firstIds = new Set<string>();
  const keys = new Map<string, string>();
  const addFirst = async (own: string, origin: string): Promise<void> => {
    const id = await add(firstName + own, pairing.first, origin, 1);
    firstIds.add(id);
    const addKey = async (walk: Walk, providersAllowed: readonly string[], maxAttempts: number): Promise<void> => {
      const config = { providersAllowed, fallback: { maxAttempts } };
      keys.set(walk + own, (await management.createVirtualKey({ config })).secret);
    };
    await addKey('default', [id, secondId], 3);
    await addKey('each-once', [id, secondId], 2);
    await addKey('alone', [id], 1);
  };
  await addFirst('', upstreamUrl);
  for (const fault of ADDRESS_FAULTS)
    await addFirst(ownProvider(fault, false), await unreachableOrigin(fault, upstreamUrl));
  for (const fault of LIMITING_FAULTS) {
    for (const streams of [false, true]) await addFirst(ownProvider(fault, streams), upstreamUrl);
  }
  return {
    firstIds,
    secondId,
    firstPath: `/${firstName}`,
    secondPath: `/${secondName}`,
    key: (walk, fault, streams) => keys.get(walk + ownProvider(fault, streams)) ?? '',
  };
}

/** What tells the first provider for a fault from that for all the others; empty when it is that. */
function ownProvider(fault: FaultName, streams: boolean): string {
  if (isAddressFault(fault)) return `-${fault}`;
  return LIMITING_FAULTS.some((limiting) => limiting === fault) ? `-${fault}-${streams ? 'stream' : 'plain'}` : '';
}

function vendorFields(vendor: Vendor, url: string): object {
  const credentials = { api_key: 'sk-reliability' };
  switch (vendor) {
    case 'azure':
      return { type: vendor, credentials: { ...credentials, endpoint: url } };
    case 'bedrock': {
      const identity = { access_key: 'AKIARELIABILITY', secret_key: 'secret', region: 'us-east-1' };
      return { type: vendor, base_url: url, credentials: identity };
    }
    default:
      return { type: vendor, base_url: url, credentials };
  }
}
