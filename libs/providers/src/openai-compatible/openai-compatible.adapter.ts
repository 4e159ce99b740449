import { normalizeBaseUrl, parseBaseUrl } from '../adapters/base-url.js';
import { isHeaderValue, secretOf } from '../adapters/header-value.js';
import { stateFamilyOfModel } from '../adapters/model-state-family.js';
import { openAiDialectsOf } from '../adapters/openai-dialects.js';
import { OPENAI_PATHS, openAiInterfaceOf, type OpenAiInterface } from '../adapters/openai-interface.js';
import { perCredential } from '../adapters/per-credential.js';
import { NO_SUCH_INTERFACE, UNUSABLE_BASE_URL } from '../adapters/refusals.js';
import { rewriteOrKeep } from '../adapters/rewrite-or-keep.js';
import { isStoredResponsePath } from '../adapters/stored-response-path.js';
import { withoutMember } from '../adapters/without-member.js';
import type { Dialect } from '../spec/dialect.js';
import type {
  CredentialRules,
  ProviderCall,
  ProviderCredential,
  TargetRefusal,
  UpstreamTarget,
} from '../spec/provider-adapter.js';
import { ProviderAdapter } from '../spec/provider-adapter.js';
import type { StateFamily } from '../spec/provider-state.js';
import { credentialSchemaOf } from './credential-schemas.js';
import { keyHeader } from './key-header.js';
import { OPENAI_COMPATIBLE_VENDORS, type OpenAiCompatibleVendor } from './vendors.js';

export { normalizeBaseUrl } from '../adapters/base-url.js';

const VENDORS = new Map(OPENAI_COMPATIBLE_VENDORS.map((vendor) => [vendor.family, vendor]));

const NO_DIALECTS: readonly Dialect[] = [];

/** By family, computed once: it is asked for every request. OpenAI itself decides by model. */
const DIALECTS = new Map(OPENAI_COMPATIBLE_VENDORS.map((vendor) => [vendor.family, dialectsOf(vendor)]));

/** Names of credentials that are headers of OpenAI's. */
const ACCOUNT_HEADERS: readonly (readonly [string, string])[] = [
  ['organization', 'openai-organization'],
  ['project', 'openai-project'],
];

type Targets = Readonly<Partial<Record<OpenAiInterface, UpstreamTarget>>>;

/**
 * OpenAI and every vendor or server that speaks its wire format at a base URL of its own.
 *
 * A blank API key sends no credential, which is how self-hosted servers without authentication are reached.
 */
export class OpenAiCompatibleAdapter extends ProviderAdapter {
  override readonly families = [...VENDORS.keys()];

  private readonly targetsOf = perCredential(createTargets);

  override credentialRules(family: string): CredentialRules {
    const vendor = vendorOf(family);
    const baseUrl = vendor.baseUrl === undefined ? 'required' : 'optional';
    return { schema: credentialSchemaOf(vendor), baseUrl };
  }

  override dialects(credential: ProviderCredential, model: string): readonly Dialect[] {
    // A server that stands in for OpenAI may give its models any name.
    if (credential.family === 'openai' && credential.baseUrl === null) return openAiDialectsOf(model);
    return DIALECTS.get(credential.family) ?? NO_DIALECTS;
  }

  override target(credential: ProviderCredential, call: ProviderCall): UpstreamTarget | TargetRefusal {
    const targets = this.targetsOf(credential);
    if ('refusal' in targets) return targets;
    const called = openAiInterfaceOf(call);
    const target = called === undefined ? undefined : targets[called];
    if (target === undefined) return NO_SUCH_INTERFACE;
    return call.operation === 'stored-response' ? storedResponseTarget(credential, target, call) : target;
  }

  override embeddings({ family }: ProviderCredential): 'openai' | undefined {
    return vendorOf(family).interfaces.includes('embeddings') ? 'openai' : undefined;
  }

  override stateFamily(model: string): StateFamily | undefined {
    return stateFamilyOfModel(model);
  }

  override storesResponses({ family }: ProviderCredential): boolean {
    return family === 'openai';
  }

  /** The body as the vendor takes it: its client's bytes, but for `stream_options` where they are refused. */
  override prepareBody({ family }: ProviderCredential, { body }: { readonly body: Buffer }): Buffer {
    if (vendorOf(family).refusesStreamOptions !== true) return body;
    return rewriteOrKeep(body, (whole) => withoutMember(whole, 'stream_options'));
  }
}

function vendorOf(family: string): OpenAiCompatibleVendor {
  return VENDORS.get(family) ?? { family, baseUrl: undefined, interfaces: [] };
}

function dialectsOf({ interfaces }: OpenAiCompatibleVendor): readonly Dialect[] {
  const dialects: readonly (readonly [OpenAiInterface, Dialect])[] = [
    ['chat', 'openai-chat'],
    ['responses', 'openai-responses'],
    ['completions', 'openai-completions'],
  ];
  return dialects.filter(([name]) => interfaces.includes(name)).map(([, dialect]) => dialect);
}

function createTargets(credential: ProviderCredential): Targets | TargetRefusal {
  const vendor = vendorOf(credential.family);
  const configured = credential.baseUrl ?? vendor.baseUrl;
  if (configured === undefined) return { refusal: 'the model provider has no base_url' };
  const baseUrl = parseBaseUrl(normalizeBaseUrl(configured));
  if (baseUrl === undefined) return UNUSABLE_BASE_URL;
  const key = keyHeader(credential.credentials);
  if (key.refusal !== undefined) return { refusal: key.refusal };
  const headers = { ...key.header, ...accountHeaders(credential) };
  const before = baseUrl.path + (vendor.pathPrefix ?? '/v1');
  const targets: Partial<Record<OpenAiInterface, UpstreamTarget>> = {};
  for (const called of vendor.interfaces) {
    targets[called] = {
      origin: baseUrl.origin,
      path: before + OPENAI_PATHS[called],
      method: called === 'models' ? 'GET' : 'POST',
      headers,
    };
  }
  return targets;
}

function accountHeaders({ family, credentials }: ProviderCredential): Record<string, string> {
  const headers: Record<string, string> = {};
  if (family !== 'openai') return headers;
  for (const [name, header] of ACCOUNT_HEADERS) {
    const value = secretOf(credentials, name);
    if (value !== '' && isHeaderValue(value)) headers[header] = value;
  }
  return headers;
}

function storedResponseTarget(
  credential: ProviderCredential,
  collection: UpstreamTarget,
  { resourcePath = '', method = 'GET' }: ProviderCall,
): UpstreamTarget | TargetRefusal {
  if (credential.family !== 'openai' || !isStoredResponsePath(resourcePath)) return NO_SUCH_INTERFACE;
  return { ...collection, path: collection.path + resourcePath, method };
}
