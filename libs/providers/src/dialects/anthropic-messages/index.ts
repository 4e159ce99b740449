export { anthropicMessagesInbound } from './anthropic-messages-inbound.js';
export { anthropicMessagesProvider } from './anthropic-messages-provider.js';
export { anthropicMessagesStraight } from './anthropic-messages-straight.js';
export { readCountTokensRequest, readTokenCount, writeTokenCount } from './count-tokens.js';
export { encodeMessagesRequest, readMessagesRequest, type MessagesRequest } from './messages-request.js';
