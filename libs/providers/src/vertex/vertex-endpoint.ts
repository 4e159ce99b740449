import { parseBaseUrl, withoutEnd } from '../adapters/base-url.js';
import { secretOf } from '../adapters/header-value.js';
import { encodePathSegment } from '../adapters/path-segment.js';
import { UNUSABLE_BASE_URL } from '../adapters/refusals.js';
import { REGION_PATTERN } from '../adapters/region.js';
import type { ProviderCredential, TargetRefusal } from '../spec/provider-adapter.js';

/** A version at the end of a base URL, which the paths add again. */
const VERSION = /\/v1(?:beta\d*)?$/;

/** Where the models of a project in a region are. */
export interface VertexEndpoint {
  readonly origin: string;
  /** `/v1/projects/…/locations/…`. */
  readonly path: string;
  /** True when Google answers there, so that a token of this machine's own may be shown. */
  readonly isGoogle: boolean;
}

/** Reads where a credential's models are, or why they cannot be called. */
export function readVertexEndpoint({ credentials, baseUrl }: ProviderCredential): VertexEndpoint | TargetRefusal {
  const project = encodePathSegment(secretOf(credentials, 'project_id'));
  if (project === undefined) return { refusal: 'the model provider has no usable project_id' };
  const region = secretOf(credentials, 'region');
  // A region is part of a host name: one that is none could send a token anywhere.
  if (!REGION_PATTERN.test(region)) return { refusal: 'the region of the model provider is not one of Google Cloud' };
  const base = parseBaseUrl(withoutEnd(baseUrl ?? `https://${hostOf(region)}`, VERSION));
  if (base === undefined) return UNUSABLE_BASE_URL;
  return {
    origin: base.origin,
    path: `${base.path}/v1/projects/${project}/locations/${region}`,
    isGoogle: /^https:\/\/[\w.-]+\.googleapis\.com$/.test(base.origin),
  };
}

function hostOf(region: string): string {
  if (region === 'global') return 'aiplatform.googleapis.com';
  if (region === 'us' || region === 'eu') return `aiplatform.${region}.rep.googleapis.com`;
  return `${region}-aiplatform.googleapis.com`;
}
