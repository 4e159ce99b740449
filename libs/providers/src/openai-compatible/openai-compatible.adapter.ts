import type { Dialect } from '../spec/dialect.js';
import type {
  CredentialRules,
  Operation,
  ProviderCall,
  ProviderCredential,
  TargetRefusal,
  UpstreamTarget,
} from '../spec/provider-adapter.js';
import { ProviderAdapter } from '../spec/provider-adapter.js';
import { z } from 'zod';
import { OPENAI_COMPATIBLE_VENDORS } from './vendors.js';

const BASE_URLS = new Map(OPENAI_COMPATIBLE_VENDORS.map(({ family, baseUrl }) => [family, baseUrl]));

const ROUTES: Partial<Record<Operation, { readonly method: 'GET' | 'POST'; readonly path: string }>> = {
  generate: { method: 'POST', path: '/v1/chat/completions' },
  embed: { method: 'POST', path: '/v1/embeddings' },
  'list-models': { method: 'GET', path: '/v1/models' },
};

/**
 * OpenAI and every vendor or server that speaks its wire format at a base URL of its own.
 *
 * A blank API key sends no credential, which is how self-hosted servers without authentication are reached.
 */
export class OpenAiCompatibleAdapter extends ProviderAdapter {
  override readonly families = [...BASE_URLS.keys()];

  /** Targets by credential object: a bundle's credentials are immutable, so each is computed once. */
  private readonly targets = new WeakMap<ProviderCredential, Map<Operation, UpstreamTarget | TargetRefusal>>();

  override credentialRules(): CredentialRules {
    return { schema: z.object({ api_key: z.string().optional() }), baseUrl: 'optional' };
  }

  override dialects(): readonly Dialect[] {
    return ['openai-chat'];
  }

  override target(credential: ProviderCredential, { operation }: ProviderCall): UpstreamTarget | TargetRefusal {
    let targets = this.targets.get(credential);
    if (targets === undefined) {
      targets = new Map();
      this.targets.set(credential, targets);
    }
    let target = targets.get(operation);
    if (target === undefined) {
      target = createTarget(credential, operation);
      targets.set(operation, target);
    }
    return target;
  }
}

function createTarget(credential: ProviderCredential, operation: Operation): UpstreamTarget | TargetRefusal {
  const configured = credential.baseUrl ?? BASE_URLS.get(credential.family);
  if (configured === undefined) return { refusal: 'the model provider has no base_url' };
  const baseUrl = URL.parse(normalizeBaseUrl(configured));
  if (baseUrl === null || !['http:', 'https:'].includes(baseUrl.protocol) || baseUrl.username || baseUrl.password) {
    return { refusal: 'the base_url of the model provider is not a plain http or https URL' };
  }
  const route = ROUTES[operation];
  if (route === undefined) return { refusal: 'the model provider has no such interface' };
  const { method, path } = route;
  const apiKey = credential.credentials['api_key'];
  return {
    origin: baseUrl.origin,
    path: (baseUrl.pathname === '/' ? '' : baseUrl.pathname) + path + baseUrl.search,
    method,
    headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
  };
}

/** Takes off trailing slashes and one trailing `/v1`, which the route adds again (contract 8.2). */
export function normalizeBaseUrl(baseUrl: string): string {
  return baseUrl.trim().replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '');
}
