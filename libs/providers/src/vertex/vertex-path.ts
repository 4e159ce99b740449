import { geminiMethodOf } from '../adapters/gemini-methods.js';
import { encodePathSegment } from '../adapters/path-segment.js';
import { NO_SUCH_INTERFACE, UNUSABLE_MODEL_NAME } from '../adapters/refusals.js';
import { vertexEmbeddingOf } from '../adapters/vertex-embeddings.js';
import type { ProviderCall, TargetRefusal } from '../spec/provider-adapter.js';
import { readVertexModel, type VertexModel } from './vertex-model.js';

/** What follows a project's location in the path of a call, or why the call has none. */
export function vertexPathOf(call: ProviderCall): string | TargetRefusal {
  const model = readVertexModel(call.model);
  if (model.publisher === 'other') return openAiPathOf(call);
  const method =
    model.publisher === 'anthropic'
      ? claudeMethodOf(call)
      : geminiMethodOf(call, vertexEmbeddingOf(model.name)?.method);
  if (method === undefined) return NO_SUCH_INTERFACE;
  const id = encodePathSegment(nameInPath(model, call));
  return id === undefined ? UNUSABLE_MODEL_NAME : `/publishers/${model.publisher}/models/${id}:${method}`;
}

function openAiPathOf({ operation, dialect }: ProviderCall): string | TargetRefusal {
  return operation === 'generate' && dialect === 'openai-chat'
    ? '/endpoints/openapi/chat/completions'
    : NO_SUCH_INTERFACE;
}

function claudeMethodOf({ operation, dialect, streams }: ProviderCall): string | undefined {
  if (dialect !== 'anthropic-messages') return undefined;
  if (operation === 'count-tokens') return 'rawPredict';
  if (operation !== 'generate') return undefined;
  return streams ? 'streamRawPredict' : 'rawPredict';
}

/** All Claude models count tokens at one path, and are named in the body. */
function nameInPath({ publisher, name }: VertexModel, { operation }: ProviderCall): string {
  return publisher === 'anthropic' && operation === 'count-tokens' ? 'count-tokens' : name;
}
