import { parseBaseUrl } from '../adapters/base-url.js';
import { UNUSABLE_BASE_URL } from '../adapters/refusals.js';
import { REGION_PATTERN } from '../adapters/region.js';
import type { ProviderCredential, TargetRefusal } from '../spec/provider-adapter.js';

/** Where Bedrock is called. */
export interface RuntimeEndpoint {
  readonly origin: string;
  /** What stands before `/model`; empty but for proxies in front of Bedrock. */
  readonly path: string;
  /** The region to sign for; undefined when nothing tells it. */
  readonly region: string | undefined;
}

/** The region in AWS's own host names, those of VPC endpoints included. */
const REGION_IN_HOST =
  /^https?:\/\/(?:[^/]*\.)?bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws)$/;

/** Domains of the partitions, by how their regions begin. */
const PARTITION_DOMAINS: readonly (readonly [prefix: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
];

/** Finds the endpoint of a credential, or says why it has none. */
export function findRuntimeEndpoint({ baseUrl, credentials }: ProviderCredential): RuntimeEndpoint | TargetRefusal {
  const region = credentials['region']?.trim() || undefined;
  if (region !== undefined && !REGION_PATTERN.test(region)) {
    return { refusal: 'the "region" of the model provider is not the name of a region, such as us-east-1' };
  }
  if (baseUrl !== null && baseUrl.trim() !== '') return readBaseUrl(baseUrl.trim(), region);
  if (region === undefined) {
    return { refusal: 'the model provider has neither a "region" nor a base_url, so there is nothing to call' };
  }
  const domain = PARTITION_DOMAINS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
  return { origin: `https://bedrock-runtime.${region}.${domain}`, path: '', region };
}

function readBaseUrl(baseUrl: string, region: string | undefined): RuntimeEndpoint | TargetRefusal {
  const parsed = parseBaseUrl(baseUrl);
  if (parsed === undefined) return UNUSABLE_BASE_URL;
  return { ...parsed, region: region ?? REGION_IN_HOST.exec(parsed.origin)?.[1] };
}
