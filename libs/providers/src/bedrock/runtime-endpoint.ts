import type { ProviderCredential, TargetRefusal } from '../spec/provider-adapter.js';

/** Where Bedrock is called. */
export interface RuntimeEndpoint {
  readonly origin: string;
  /** What stands before `/model`; empty, but for gateways and proxies in front of Bedrock. */
  readonly pathPrefix: string;
  /** The region to sign for; undefined when nothing tells it. */
  readonly region: string | undefined;
}

/** Goes into the name of a host, so nothing but a region may pass. */
export const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/** The region in AWS's own host names, those of VPC endpoints included. */
const REGION_IN_HOST =
  /(?:^|\.)bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws)$/;

/** Domains of the partitions, by how their regions begin. */
const PARTITION_DOMAINS: readonly (readonly [prefix: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
];

/** Finds the endpoint of a credential, or says why it has none. */
export function findRuntimeEndpoint({ baseUrl, credentials }: ProviderCredential): RuntimeEndpoint | TargetRefusal {
  const region = credentials['region']?.trim() || undefined;
  if (region !== undefined && !REGION.test(region)) {
    return { refusal: 'the "region" of the model provider is not the name of an AWS region, such as us-east-1' };
  }
  if (baseUrl !== null && baseUrl.trim() !== '') return readBaseUrl(baseUrl.trim(), region);
  if (region === undefined) {
    return {
      refusal: 'the model provider has neither a "region" nor a base_url, so there is no Bedrock endpoint to call',
    };
  }
  const domain = PARTITION_DOMAINS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
  return { origin: `https://bedrock-runtime.${region}.${domain}`, pathPrefix: '', region };
}

function readBaseUrl(baseUrl: string, region: string | undefined): RuntimeEndpoint | TargetRefusal {
  const url = URL.parse(baseUrl);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    return { refusal: 'the base_url of the model provider is not a plain http or https URL' };
  }
  return {
    origin: url.origin,
    pathPrefix: url.pathname.replace(/\/+$/, ''),
    region: region ?? REGION_IN_HOST.exec(url.hostname)?.[1],
  };
}
