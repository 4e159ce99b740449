export type { AwsCredentials } from './aws-credentials.js';
export { BedrockAdapter, type BedrockAdapterOptions } from './bedrock.adapter.js';
