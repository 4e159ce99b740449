import { SystemRandom, type Clock } from '#kernel';
import { TenantSetup } from '../../apps/standalone/src/first-run/tenant.js';
import { ManagementClient, type CreatedKey } from '../../test/support/management-client.js';
import { BENCH_MODEL } from '../load/scenarios.js';
import type { Fleet } from './fleet.js';

/** A dollar per thousand tokens, so that every request costs something. Nano-USD per million tokens. */
const PRICE = { input: 1_000_000_000_000, output: 1_000_000_000_000 };

/** A limit that no run reaches: the budget is there to be debited. */
const BUDGET_LIMIT_USD = 1_000_000;

/** Keys that are created at a time. */
const CREATED_AT_ONCE = 4;

/** The one organization of a run, as its administrator sees it. */
export class ChaosTenant {
  private constructor(
    private readonly management: ManagementClient,
    readonly organizationId: string,
    readonly projectId: string,
  ) {}

  /** Creates it with a provider that is the fleet's upstream, and a budget over all of it. */
  static async create(fleet: Fleet, clock: Clock): Promise<ChaosTenant> {
    const setup = new TenantSetup(fleet.postgres.url, clock, new SystemRandom());
    const { organizationId, projectId } = await setup.createTenant();
    const adminKey = await setup.mintAdminKey(organizationId);
    const management = new ManagementClient(fleet.controlPlaneUrl, adminKey, projectId);
    await management.createModelProvider({
      name: 'upstream',
      type: 'custom',
      handle: 'upstream',
      base_url: `${fleet.upstreamUrl}/v1`,
      credentials: { api_key: 'sk-chaos-credential' },
      models: [BENCH_MODEL],
      default_price: PRICE,
    });
    await management.createBudget({
      name: 'everything',
      scope: { kind: 'organization' },
      limit_usd: BUDGET_LIMIT_USD,
      window: 'month',
    });
    return new ChaosTenant(management, organizationId, projectId);
  }

  /** Creates `count` keys, a few at a time. */
  async createKeys(count: number, changes: object = {}): Promise<readonly CreatedKey[]> {
    const keys: CreatedKey[] = [];
    while (keys.length < count) {
      const batch = Math.min(CREATED_AT_ONCE, count - keys.length);
      keys.push(...(await Promise.all(Array.from({ length: batch }, () => this.management.createVirtualKey(changes)))));
    }
    return keys;
  }

  /** Revokes a key and resolves with the answer, which comes once the revocation is committed, or acknowledged. */
  revoke(key: CreatedKey, options: { readonly waits: boolean }): Promise<unknown> {
    return this.management.call('POST', `/virtual-keys/${key.id}/revoke${options.waits ? '?wait=true' : ''}`);
  }
}
