export {
  readCountTokensAnswer,
  readCountTokensRequest,
  writeCountTokensAnswer,
  writeCountTokensRequest,
} from './count-tokens.js';
export { geminiInbound } from './gemini-inbound.js';
export { geminiProvider } from './gemini-provider.js';
export { readGeminiRequest, type GeminiRequest } from './gemini-request.js';
export { geminiStraight } from './gemini-straight.js';
