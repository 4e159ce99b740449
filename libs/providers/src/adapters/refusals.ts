import type { TargetRefusal } from '../spec/provider-adapter.js';

/** The vendor has no such operation, or not in the dialect of the call. */
export const NO_SUCH_INTERFACE: TargetRefusal = { refusal: 'the model provider has no such interface' };

/** The configured base URL cannot be called. */
export const UNUSABLE_BASE_URL: TargetRefusal = {
  refusal: 'the base_url of the model provider is not a plain http or https URL',
};

/** The API key would break the header that carries it. */
export const UNUSABLE_API_KEY: TargetRefusal = {
  refusal: 'the api_key of the model provider contains characters that a header cannot carry',
};

/** The model's name would change the path that it becomes a part of. */
export const UNUSABLE_MODEL_NAME: TargetRefusal = { refusal: 'the name of the model cannot be part of a URL' };
