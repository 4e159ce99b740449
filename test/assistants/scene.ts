import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SECRETS, type LedgerRow, type Stack } from '../support/stack.js';
import type { CreatedKey } from '../support/management-client.js';
import { RefusingProxy } from './refusing-proxy.js';
import type { ServingProvider } from './serving-providers.js';
import { WireTap, type TappedExchange } from './wire-tap.js';

interface SceneParts {
  readonly stack: Stack;
  readonly key: CreatedKey;
  readonly tap: WireTap;
  readonly proxy: RefusingProxy;
  readonly folder: string;
  readonly provider: ServingProvider;
}

/** Where an assistant works: folders of its own, a key that leads to one provider, and no way to anywhere else. */
export class Scene implements AsyncDisposable {
  private constructor(
    private readonly parts: SceneParts,
    private readonly disposables: AsyncDisposableStack,
  ) {}

  /** @param model What the assistant asks for; an alias of the key leads from it to the provider's model. */
  static async set(stack: Stack, provider: ServingProvider, model: string): Promise<Scene> {
    await using disposables = new AsyncDisposableStack();
    const folder = await mkdtemp(path.join(tmpdir(), 'gateway-test-assistant-'));
    disposables.defer(() => rm(folder, { recursive: true, force: true }));
    await Promise.all([mkdir(path.join(folder, 'home')), mkdir(path.join(folder, 'work'))]);
    const tap = disposables.use(await WireTap.start(stack.gateway.url));
    const proxy = disposables.use(await RefusingProxy.start());
    const { type, settings = atBaseUrl } = provider;
    const providerId = await stack.management.createModelProvider({
      name: path.basename(folder),
      type,
      ...settings(stack.upstream.url),
    });
    const modelAliases = { [model]: `${type}/${provider.model}` };
    const key = await stack.addKey({ config: { modelAliases } }, [providerId]);
    return new Scene({ stack, key, tap, proxy, folder, provider }, disposables.move());
  }

  /** The assistant's home directory. */
  get home(): string {
    return path.join(this.parts.folder, 'home');
  }

  /** The folder that it works in. */
  get work(): string {
    return path.join(this.parts.folder, 'work');
  }

  /** The gateway as the assistant reaches it. */
  get gatewayUrl(): string {
    return this.parts.tap.url;
  }

  /** The virtual key. */
  get secret(): string {
    return this.parts.key.secret;
  }

  get provider(): ServingProvider {
    return this.parts.provider;
  }

  /** What the assistant asked the model, and the answers; not what it asked of the gateway besides, such as for models. */
  get questions(): readonly TappedExchange[] {
    return this.parts.tap.exchanges.filter(({ method }) => method === 'POST');
  }

  /** Stops the assistant from reaching anything else. */
  get proxy(): RefusingProxy {
    return this.parts.proxy;
  }

  /** What every assistant needs of an environment; nothing of the machine's own is in it. */
  get environment(): Readonly<Record<string, string>> {
    return { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: this.home, ...this.proxy.environment };
  }

  /** The ledger's lines of this scene's key, once there are `count` and all are settled. */
  async ledger(count: number): Promise<readonly LedgerRow[]> {
    const { stack, key } = this.parts;
    const own = (rows: readonly LedgerRow[]): readonly LedgerRow[] =>
      rows.filter(({ virtual_key_id: id }) => id === key.id);
    const rows = await stack.ledgerOnce(`${count} settled lines of an assistant`, (all) => {
      return own(all).filter(({ outcome }) => outcome !== null).length >= count;
    });
    return own(rows);
  }

  /** Ends what it started and removes its folders. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.disposables.disposeAsync();
  }
}

function atBaseUrl(url: string): object {
  return { base_url: url, credentials: { api_key: SECRETS.providerKey } };
}
