import {
  geminiEmbeddingsInbound,
  geminiInbound,
  geminiProvider,
  geminiStraight,
  readGeminiRequest,
  readGeminiCountTokensRequest,
  writeGeminiCountTokensAnswer,
  type GeminiRequest,
} from '#providers';
import type { EmbeddingDialect } from '../../embedding/embedding-dialect.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { Endpoint } from '../../exchange/endpoint.js';
import type { GenerationDialect } from '../../generation/generation-dialect.js';
import { readModelRequest } from '../../generation/translation.js';
import { readOrRefuse } from '../../request-body/read-or-refuse.js';
import type { TokenCountDialect } from '../../token-count/token-count-dialect.js';
import { readGeminiPath } from './gemini-path.js';

/** The one route of all calls to a model; the path's action says which call it is. */
const GEMINI_ROUTE = '/v1beta/models/*';

/** Where that route is served: in both versions of Google's API, which differ in nothing that goes through here. */
export const GEMINI_PATHS: readonly string[] = [GEMINI_ROUTE, '/v1/models/*'];

/** `:generateContent`: an answer in one piece. */
export const GENERATE_CONTENT = endpoint('generate', 'passthrough', false);

/** `:streamGenerateContent`: an answer as a stream. */
export const STREAM_GENERATE_CONTENT = endpoint('generate', 'passthrough', true);

/** `:countTokens`: how many input tokens a request would have. */
export const COUNT_TOKENS = endpoint('count-tokens', 'passthrough', false);

/** `:embedContent`: the embedding of one text. */
export const EMBED_CONTENT = endpoint('embed', 'embeddings', false);

/** `:batchEmbedContents`: the embeddings of several texts. */
export const BATCH_EMBED_CONTENTS = endpoint('embed', 'embeddings', false);

/** Any other action: refused once the key was found good. */
const UNKNOWN_ACTION: Endpoint<GeminiRequest> = {
  ...GENERATE_CONTENT,
  readRequest: (_body, { url }) => {
    const { action } = readGeminiPath(url);
    throw new GatewayError('not_found', {
      message:
        action === undefined
          ? 'A call to a model needs an action behind its name, such as ":generateContent".'
          : `The action "${action.slice(0, 64)}" is not served.`,
    });
  },
};

const ENDPOINTS: ReadonlyMap<string, Endpoint<GeminiRequest>> = new Map([
  ['generateContent', GENERATE_CONTENT],
  ['streamGenerateContent', STREAM_GENERATE_CONTENT],
  ['countTokens', COUNT_TOKENS],
  ['embedContent', EMBED_CONTENT],
  ['batchEmbedContents', BATCH_EMBED_CONTENTS],
]);

/** The endpoint of a call to a model. */
export function geminiEndpointOf(url: string): Endpoint<GeminiRequest> {
  return ENDPOINTS.get(readGeminiPath(url).action ?? '') ?? UNKNOWN_ACTION;
}

/** How answers are served. */
export const GEMINI_DIALECT: GenerationDialect<GeminiRequest> = {
  straight: geminiStraight,
  codec: geminiInbound,
  readError: geminiProvider.readError,
};

/** How tokens are counted. */
export const GEMINI_TOKEN_COUNT: TokenCountDialect = {
  dialect: 'gemini',
  codec: geminiInbound,
  readRequest: readGeminiCountTokensRequest,
  encode: (body, model) => geminiStraight.encode(readGeminiRequest(body, { model, streams: false }), model),
  readError: geminiProvider.readError,
  write: writeGeminiCountTokensAnswer,
};

/** How the embedding of one text is served. */
export const GEMINI_EMBEDDING: EmbeddingDialect = {
  dialect: 'gemini',
  codec: geminiEmbeddingsInbound.embedContent,
  writeError: (error) => geminiInbound.writeError(error),
};

/** How the embeddings of several texts are served. */
export const GEMINI_BATCH_EMBEDDING: EmbeddingDialect = {
  ...GEMINI_EMBEDDING,
  codec: geminiEmbeddingsInbound.batchEmbedContents,
};

function endpoint(
  operation: 'generate' | 'count-tokens' | 'embed',
  requestType: string,
  streams: boolean,
): Endpoint<GeminiRequest> {
  return {
    route: GEMINI_ROUTE,
    dialect: 'gemini',
    operation,
    requestType,
    spanName: 'lw_gateway.request',
    modelPlace: 'the path, as in "/v1beta/models/gemini-2.5-flash:generateContent"',
    acceptsKeyInQuery: true,
    ...(operation === 'generate' ? { readModelRequest: (body: Buffer) => readModelRequest(geminiInbound, body) } : {}),
    readRequest: (body, { url }) =>
      readOrRefuse(() => readGeminiRequest(body, { model: readGeminiPath(url).model, streams })),
  };
}
