import { asCount, asList, asObject, compact } from '../../json/read-json.js';
import type { EmbeddingsAnswer, ProviderEmbeddingsCodec } from '../../spec/embeddings.js';
import type { JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import { readGeminiError } from '../gemini/errors.js';
import { modelResource } from '../gemini/model-resource.js';
import { readVector } from './read-vector.js';
import { textInputs } from './text-inputs.js';

/** Embeddings of the Gemini API, asked for with `batchEmbedContents`. Source: Gemini API reference, "Embeddings". */
export const geminiEmbeddingsProvider: ProviderEmbeddingsCodec = {
  inputsMax: 100,
  writeRequest: (request, { model, losses }) => ({
    requests: textInputs(request, losses).map((text) =>
      compact({
        model: modelResource(model),
        content: { parts: [{ text }] },
        taskType: request.taskType,
        title: request.title,
        outputDimensionality: request.dimensions,
      }),
    ),
  }),
  readAnswer,
  readError: readGeminiError,
};

function readAnswer(body: JsonObject): EmbeddingsAnswer {
  const embeddings = asList(body['embeddings']);
  if (embeddings === undefined) throw new AnswerUnreadableError('the body holds no embeddings');
  return {
    vectors: embeddings.map((embedding) => readVector(asObject(embedding)?.['values'])),
    // Newer models say it; the older ones leave it out.
    inputTokens: asCount(asObject(body['usageMetadata'])?.['promptTokenCount']),
  };
}
