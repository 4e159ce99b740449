import { z } from 'zod';
import { readPrivateJson, writePrivateJson } from '../private-json.js';
import type { VarFolder } from '../var-folder.js';
import { ManagementApi } from './management-api.js';
import type { TenantSetup } from './tenant.js';
import { DEMO_KEY, fingerprintOf, type WantedProvider } from './wanted-provider.js';

const seedStateSchema = z.object({
  organizationId: z.string(),
  teamId: z.string(),
  projectId: z.string(),
  providers: z.record(z.string(), z.object({ id: z.string(), fingerprint: z.string() })),
});
type SeedState = z.output<typeof seedStateSchema>;

const localAccessSchema = z.object({
  gatewayUrl: z.url(),
  controlPlaneUrl: z.url(),
  virtualKey: z.string(),
  adminKey: z.string(),
});
/** How to reach a local installation: the content of `var/local.json`. */
export type LocalAccess = z.output<typeof localAccessSchema>;

/** What {@link Seed.apply} left behind. */
export interface SeedResult {
  readonly access: LocalAccess;
  /** True when the virtual key was made just now, so that it is to be shown. */
  readonly isNewKey: boolean;
}

/** What a seed needs to know. */
export interface SeedOptions {
  readonly folder: VarFolder;
  readonly gatewayUrl: string;
  readonly controlPlaneUrl: string;
  readonly tenantSetup: TenantSetup;
  /** Keys the fingerprints of provider settings. */
  readonly fingerprintSecret: string;
}

/** A fingerprint that no settings have: what is switched off differs from whatever may be wanted later. */
const DISABLED = 'disabled';
const createdProviderSchema = z.object({ model_provider: z.object({ id: z.string() }) });
const createdKeySchema = z.object({ secret: z.string() });

/**
 * The first content of a local installation: an organization, its providers and a key. Repeating it adds what is
 * missing, also after an interruption, and updates providers whose settings changed.
 */
export class Seed {
  constructor(private readonly options: SeedOptions) {}

  /** Keys of the providers, other than the demo, that earlier starts registered. */
  async knownProviderKeys(): Promise<readonly string[]> {
    const state = await readPrivateJson(this.options.folder.seed, seedStateSchema);
    return Object.keys(state?.providers ?? {}).filter((key) => key !== DEMO_KEY);
  }

  /** Brings the installation to where `wanted` says, and writes `local.json`. */
  async apply(wanted: readonly WantedProvider[]): Promise<SeedResult> {
    const { folder, controlPlaneUrl, gatewayUrl, tenantSetup } = this.options;
    const state = await this.loadState();
    const existing = await readPrivateJson(folder.local, localAccessSchema);
    const adminKey = existing?.adminKey ?? (await tenantSetup.mintAdminKey(state.organizationId));
    const api = new ManagementApi(controlPlaneUrl, adminKey);
    for (const provider of wanted) await this.registerProvider(api, state, provider);
    if (!wanted.some(({ key }) => key === DEMO_KEY)) await this.disableDemo(api, state);
    const virtualKey = existing?.virtualKey ?? (await createKey(api, state));
    const access = { gatewayUrl, controlPlaneUrl, virtualKey, adminKey };
    await writePrivateJson(folder.local, access);
    return { access, isNewKey: existing === undefined };
  }

  private async loadState(): Promise<SeedState> {
    const existing = await readPrivateJson(this.options.folder.seed, seedStateSchema);
    if (existing !== undefined) return existing;
    const state = { ...(await this.options.tenantSetup.createTenant()), providers: {} };
    await this.saveState(state);
    return state;
  }

  private async registerProvider(api: ManagementApi, state: SeedState, wanted: WantedProvider): Promise<void> {
    const fingerprint = fingerprintOf(wanted, this.options.fingerprintSecret);
    const known = state.providers[wanted.key];
    if (known?.fingerprint === fingerprint) return;
    const id = known?.id ?? (await createProvider(api, state, wanted));
    if (known !== undefined) await api.update(`/model-providers/${id}`, { ...wanted.settings, enabled: true });
    state.providers[wanted.key] = { id, fingerprint };
    await this.saveState(state);
  }

  /** The demo would otherwise be tried, in vain, once real providers have taken its place and it no longer runs. */
  private async disableDemo(api: ManagementApi, state: SeedState): Promise<void> {
    const demo = state.providers[DEMO_KEY];
    if (demo === undefined || demo.fingerprint === DISABLED) return;
    await api.update(`/model-providers/${demo.id}`, { enabled: false });
    state.providers[DEMO_KEY] = { id: demo.id, fingerprint: DISABLED };
    await this.saveState(state);
  }

  private async saveState(state: SeedState): Promise<void> {
    await writePrivateJson(this.options.folder.seed, state);
  }
}

async function createProvider(api: ManagementApi, state: SeedState, wanted: WantedProvider): Promise<string> {
  const body = {
    ...wanted.identity,
    ...wanted.settings,
    scope: { scope_type: 'organization', scope_id: state.organizationId },
  };
  const { model_provider: created } = await api.create('/model-providers', body, createdProviderSchema);
  return created.id;
}

async function createKey(api: ManagementApi, state: SeedState): Promise<string> {
  const body = { name: 'Local key', trace_project_id: state.projectId, routing_mode: 'fallback_all' };
  const { secret } = await api.create('/virtual-keys', body, createdKeySchema);
  return secret;
}
