import { createHmac } from 'node:crypto';
import { DEMO_MODEL } from '../demo-provider/chat-wire.js';
import type { EnvironmentProvider } from './environment-providers.js';

/** A model provider as this installation wants it to be. */
export interface WantedProvider {
  /** Names it from start to start. */
  readonly key: string;
  /** The part that never changes, in the words of the management API. */
  readonly identity: { readonly type: string; readonly handle?: string };
  /** The part that a later start may change. */
  readonly settings: Readonly<Record<string, unknown>> & { readonly name: string };
  /** A model for the first example. */
  readonly exampleModel: string;
}

/** Names the demo provider among the wanted ones. */
export const DEMO_KEY = 'demo';

/** A dollar a million words in, two out: enough to see spend move. In nano-USD. */
const DEMO_PRICE = { input: 1_000_000_000, output: 2_000_000_000 };

/** The built-in demo provider, listening at `baseUrl`. */
export function demoProviderAt(baseUrl: string): WantedProvider {
  return {
    key: DEMO_KEY,
    identity: { type: 'custom', handle: DEMO_KEY },
    settings: {
      name: 'Demo (built in, needs no account and no network)',
      base_url: baseUrl,
      // The API wants credentials, even none, beside a changed URL.
      credentials: {},
      models: [DEMO_MODEL],
      default_price: DEMO_PRICE,
    },
    exampleModel: DEMO_MODEL,
  };
}

/** A model provider from the environment. */
export function providerFrom(found: EnvironmentProvider): WantedProvider {
  return {
    key: found.key,
    identity: { type: found.type },
    settings: {
      name: found.name,
      base_url: found.baseUrl ?? null,
      credentials: found.apiKey === undefined ? {} : { api_key: found.apiKey },
    },
    exampleModel: found.exampleModel,
  };
}

/** Tells whether a provider's settings changed since they were stored, without storing the settings. */
export function fingerprintOf(provider: WantedProvider, secret: string): string {
  return createHmac('sha256', secret).update(JSON.stringify(provider.settings)).digest('hex');
}
