import type { ClientDialect } from './pairings.js';
import { chatReader } from './views/chat-view.js';
import { geminiReader } from './views/gemini-view.js';
import { messagesReader } from './views/messages-view.js';
import { responsesReader } from './views/responses-view.js';
import type { DialectReader } from './views/client-view.js';

/** What a request asks. */
export interface Question {
  readonly model: string;
  readonly streams: boolean;
  readonly text: string;
  /** Offers one tool, which takes the name of a city. */
  readonly offersTool: boolean;
}

/** How a client of a dialect asks, and how it understands what comes back. */
export interface ClientSpeech {
  readonly path: (question: Question) => string;
  readonly body: (question: Question) => object;
  readonly reader: DialectReader;
}

const NAME = 'forecast';
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

const SPEECHES: Readonly<Record<ClientDialect, ClientSpeech>> = {
  chat: {
    path: () => '/v1/chat/completions',
    body: ({ model, streams, text, offersTool }) => ({
      model,
      messages: [{ role: 'user', content: text }],
      ...(streams ? { stream: true } : {}),
      ...(offersTool ? { tools: [{ type: 'function', function: { name: NAME, parameters: SCHEMA } }] } : {}),
    }),
    reader: chatReader,
  },
  responses: {
    path: () => '/v1/responses',
    body: ({ model, streams, text, offersTool }) => ({
      model,
      input: text,
      ...(streams ? { stream: true } : {}),
      ...(offersTool ? { tools: [{ type: 'function', name: NAME, parameters: SCHEMA, strict: false }] } : {}),
    }),
    reader: responsesReader,
  },
  messages: {
    path: () => '/v1/messages',
    body: ({ model, streams, text, offersTool }) => ({
      model,
      max_tokens: 500,
      messages: [{ role: 'user', content: text }],
      ...(streams ? { stream: true } : {}),
      ...(offersTool ? { tools: [{ name: NAME, input_schema: SCHEMA }] } : {}),
    }),
    reader: messagesReader,
  },
  gemini: {
    path: ({ model, streams }) =>
      `/v1beta/models/${model}:${streams ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: ({ text, offersTool }) => ({
      contents: [{ role: 'user', parts: [{ text }] }],
      ...(offersTool ? { tools: [{ functionDeclarations: [{ name: NAME, parameters: SCHEMA }] }] } : {}),
    }),
    reader: geminiReader,
  },
};

/** How clients of `dialect` speak. */
export function speechOf(dialect: ClientDialect): ClientSpeech {
  return SPEECHES[dialect];
}
