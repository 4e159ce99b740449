import { normalizeBaseUrl, parseBaseUrl } from '../adapters/base-url.js';
import { optionalApiKeySchema } from '../adapters/credential-fields.js';
import { isHeaderValue, secretOf } from '../adapters/header-value.js';
import { perCredential } from '../adapters/per-credential.js';
import { NO_SUCH_INTERFACE, UNUSABLE_API_KEY, UNUSABLE_BASE_URL } from '../adapters/refusals.js';
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
import type { StateFamily } from '../spec/provider-state.js';

const DEFAULT_BASE_URL = 'https://api.anthropic.com';

/** The version of the API that is asked for when the client asks for none. */
const API_VERSION = '2023-06-01';

/** One page holds every model that there is. */
const MODELS_PATH = '/v1/models?limit=1000';

const DIALECTS: readonly Dialect[] = ['anthropic-messages'];

type Targets = Readonly<Partial<Record<Operation, UpstreamTarget>>>;

/**
 * Anthropic's own API, and servers that speak its wire format at a base URL of their own.
 *
 * Only with a base URL may the API key be blank; nothing is then sent in its place.
 */
export class AnthropicAdapter extends ProviderAdapter {
  override readonly families = ['anthropic'];

  private readonly targetsOf = perCredential(createTargets);

  override credentialRules(): CredentialRules {
    return { schema: optionalApiKeySchema, baseUrl: 'optional' };
  }

  override dialects(): readonly Dialect[] {
    return DIALECTS;
  }

  override target(
    credential: ProviderCredential,
    { operation, dialect }: ProviderCall,
  ): UpstreamTarget | TargetRefusal {
    if (operation !== 'list-models' && dialect !== 'anthropic-messages') return NO_SUCH_INTERFACE;
    const targets = this.targetsOf(credential);
    return 'refusal' in targets ? targets : (targets[operation] ?? NO_SUCH_INTERFACE);
  }

  override stateFamily(): StateFamily {
    return 'anthropic';
  }

  override countsTokens(dialect: Dialect): boolean {
    return dialect === 'anthropic-messages';
  }
}

function createTargets(credential: ProviderCredential): Targets | TargetRefusal {
  const baseUrl = parseBaseUrl(normalizeBaseUrl(credential.baseUrl ?? DEFAULT_BASE_URL));
  if (baseUrl === undefined) return UNUSABLE_BASE_URL;
  const apiKey = secretOf(credential.credentials, 'api_key');
  if (!isHeaderValue(apiKey)) return UNUSABLE_API_KEY;
  if (apiKey === '' && credential.baseUrl === null) {
    return { refusal: 'the model provider has neither an api_key nor a base_url' };
  }
  const headers = { ...(apiKey === '' ? {} : { 'x-api-key': apiKey }), 'anthropic-version': API_VERSION };
  const { origin, path } = baseUrl;
  return {
    generate: { origin, path: `${path}/v1/messages`, method: 'POST', headers },
    'count-tokens': { origin, path: `${path}/v1/messages/count_tokens`, method: 'POST', headers },
    'list-models': { origin, path: path + MODELS_PATH, method: 'GET', headers },
  };
}
