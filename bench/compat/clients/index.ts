import { ANTHROPIC_CLIENT } from './anthropic.js';
import { GOOGLE_CLIENT } from './google.js';
import { OPENAI_CHAT_CLIENT } from './openai-chat.js';
import { OPENAI_RESPONSES_CLIENT } from './openai-responses.js';
import type { SdkClient } from './sdk-client.js';
import { VERCEL_CHAT_CLIENT, VERCEL_MESSAGES_CLIENT, VERCEL_RESPONSES_CLIENT } from './vercel-ai.js';

/** Every SDK that the matrix drives, in the order of its tables. */
export const SDK_CLIENTS: readonly SdkClient[] = [
  OPENAI_CHAT_CLIENT,
  OPENAI_RESPONSES_CLIENT,
  ANTHROPIC_CLIENT,
  GOOGLE_CLIENT,
  VERCEL_CHAT_CLIENT,
  VERCEL_RESPONSES_CLIENT,
  VERCEL_MESSAGES_CLIENT,
];
