/** The first dated version with the Responses API. */
const RESPONSES_SINCE = '2025-03-01';

/** How a version of Azure's API is called. */
export interface AzureVersion {
  /** The query that every call carries, with its question mark; empty for the current v1. */
  readonly query: string;
  /** True when deployments are named in the body, as OpenAI's models are; false when they are part of the path. */
  readonly isV1: boolean;
  readonly hasResponses: boolean;
}

/** The v1 API as it is generally available. */
export const AZURE_V1: AzureVersion = { query: '', isV1: true, hasResponses: true };

/**
 * Reads a credential's `api_version`.
 *
 * Blank and `v1` are the v1 API, which Microsoft recommends: it needs no version, so it does not age, and it is the
 * only generally available one that serves reasoning models and Responses. `preview` and `latest` are v1 with what is
 * not yet general. A date pins one of the older versions, where each deployment has a path of its own.
 */
export function readAzureVersion(text: string): AzureVersion {
  if (text === '' || text === 'v1') return AZURE_V1;
  const query = `?api-version=${encodeURIComponent(text.toWellFormed())}`;
  if (!/^\d/.test(text)) return { query, isV1: true, hasResponses: true };
  return { query, isV1: false, hasResponses: text >= RESPONSES_SINCE };
}
