export { bedrockConverseProvider } from './bedrock-converse-provider.js';
export { readError } from './errors.js';
export { bedrockStateFamily } from './state-family.js';
