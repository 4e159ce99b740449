import { parseBaseUrl, withoutEnd, type BaseUrl } from '../adapters/base-url.js';
import { isHeaderValue, secretOf } from '../adapters/header-value.js';
import { encodePathSegment } from '../adapters/path-segment.js';
import { UNUSABLE_API_KEY, UNUSABLE_BASE_URL } from '../adapters/refusals.js';
import type { ProviderCredential, TargetRefusal } from '../spec/provider-adapter.js';

const GEMINI_API = 'https://generativelanguage.googleapis.com';
const AGENT_PLATFORM = 'https://aiplatform.googleapis.com';

/** A version at the end of a base URL, which the paths add again. */
const VERSION = /\/v1(?:beta\d*)?$/;

/** Where the Gemini models of a credential are. */
export interface GeminiEndpoint {
  readonly origin: string;
  /** What stands before `/models/…`. */
  readonly path: string;
  readonly apiKey: string;
  /** True for Google Cloud's Agent Platform with an API key, false for the Gemini API. */
  readonly isAgentPlatform: boolean;
}

/** True for a credential of the Agent Platform: it names a project and a region (contract 8.2). */
export function isAgentPlatform({ credentials }: ProviderCredential): boolean {
  return secretOf(credentials, 'project_id') !== '' && secretOf(credentials, 'region') !== '';
}

/** Reads where a credential's models are, or why they cannot be called. */
export function readGeminiEndpoint(credential: ProviderCredential): GeminiEndpoint | TargetRefusal {
  const apiKey = secretOf(credential.credentials, 'api_key');
  if (apiKey === '') return { refusal: 'the model provider has no api_key' };
  if (!isHeaderValue(apiKey)) return UNUSABLE_API_KEY;
  const onAgentPlatform = isAgentPlatform(credential);
  const configured = credential.baseUrl ?? (onAgentPlatform ? AGENT_PLATFORM : GEMINI_API);
  const baseUrl = parseBaseUrl(withoutEnd(configured, VERSION));
  if (baseUrl === undefined) return UNUSABLE_BASE_URL;
  const path = onAgentPlatform ? agentPlatformPath(baseUrl, credential) : `${baseUrl.path}/v1beta`;
  if (path === undefined) return { refusal: 'the project_id or region of the model provider cannot be part of a URL' };
  return { origin: baseUrl.origin, path, apiKey, isAgentPlatform: onAgentPlatform };
}

function agentPlatformPath(baseUrl: BaseUrl, { credentials }: ProviderCredential): string | undefined {
  const project = encodePathSegment(secretOf(credentials, 'project_id'));
  const region = encodePathSegment(secretOf(credentials, 'region'));
  if (project === undefined || region === undefined) return undefined;
  return `${baseUrl.path}/v1/projects/${project}/locations/${region}/publishers/google`;
}
