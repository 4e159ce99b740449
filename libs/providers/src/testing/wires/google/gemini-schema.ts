import { z } from 'zod';

const loose = z.looseObject({});

/** Fields of a part of which it must have exactly one. */
export const PART_DATA = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const;

const blob = z.strictObject({ mimeType: z.string(), data: z.string(), displayName: z.string().optional() });
const fileData = z.strictObject({
  fileUri: z.string(),
  mimeType: z.string().optional(),
  displayName: z.string().optional(),
});

const functionResponse = z.strictObject({
  id: z.string().optional(),
  name: z.string().min(1, 'name cannot be empty'),
  response: loose,
  parts: z.array(z.strictObject({ inlineData: blob.optional(), fileData: fileData.optional() })).optional(),
  willContinue: z.boolean().optional(),
  scheduling: z.string().optional(),
});

const part = z.strictObject({
  text: z.string().optional(),
  inlineData: blob.optional(),
  fileData: fileData.optional(),
  functionCall: z
    .strictObject({ id: z.string().optional(), name: z.string().min(1), args: loose.optional() })
    .optional(),
  functionResponse: functionResponse.optional(),
  executableCode: loose.optional(),
  codeExecutionResult: loose.optional(),
  toolCall: loose.optional(),
  toolResponse: loose.optional(),
  thought: z.boolean().optional(),
  thoughtSignature: z.string().optional(),
  videoMetadata: loose.optional(),
  mediaResolution: z.unknown().optional(),
  partMetadata: loose.optional(),
});

const content = z.strictObject({
  role: z.enum(['user', 'model', 'function'], 'please use a valid role: user, model').optional(),
  parts: z.array(part).min(1, 'contents.parts must not be empty'),
});

const declaration = z.strictObject({
  name: z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/, 'invalid function name'),
  description: z.string().optional(),
  parameters: loose.optional(),
  parametersJsonSchema: z.unknown().optional(),
  response: loose.optional(),
  responseJsonSchema: z.unknown().optional(),
  behavior: z.string().optional(),
});

const tool = z.strictObject({
  functionDeclarations: z.array(declaration).optional(),
  googleSearch: loose.optional(),
  googleSearchRetrieval: loose.optional(),
  codeExecution: loose.optional(),
  urlContext: loose.optional(),
  googleMaps: loose.optional(),
  fileSearch: loose.optional(),
  computerUse: loose.optional(),
  enterpriseWebSearch: loose.optional(),
  retrieval: loose.optional(),
});

const toolConfig = z.strictObject({
  functionCallingConfig: z
    .strictObject({
      mode: z.enum(['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED']).optional(),
      allowedFunctionNames: z.array(z.string()).optional(),
      streamFunctionCallArguments: z.boolean().optional(),
    })
    .optional(),
  retrievalConfig: loose.optional(),
  includeServerSideToolInvocations: z.boolean().optional(),
});

const generationConfig = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  topK: z.number().optional(),
  candidateCount: z.int().min(1).max(8).optional(),
  maxOutputTokens: z.int().min(1).optional(),
  stopSequences: z.array(z.string()).max(5).optional(),
  presencePenalty: z.number().optional(),
  frequencyPenalty: z.number().optional(),
  seed: z.int().optional(),
  responseMimeType: z.string().optional(),
  responseSchema: loose.optional(),
  responseJsonSchema: z.unknown().optional(),
  responseModalities: z.array(z.enum(['TEXT', 'IMAGE', 'AUDIO'])).optional(),
  responseLogprobs: z.boolean().optional(),
  logprobs: z.int().min(0).max(20).optional(),
  thinkingConfig: z
    .strictObject({
      includeThoughts: z.boolean().optional(),
      thinkingBudget: z.int().min(-1).optional(),
      thinkingLevel: z
        .string()
        .regex(/^(minimal|low|medium|high)$/i, 'unknown level')
        .optional(),
    })
    .optional(),
  speechConfig: loose.optional(),
  mediaResolution: z.string().optional(),
  imageConfig: loose.optional(),
  enableEnhancedCivicAnswers: z.boolean().optional(),
  audioTimestamp: z.boolean().optional(),
  routingConfig: loose.optional(),
  modelSelectionConfig: loose.optional(),
});

/** A system instruction may be a text. */
const systemInstruction = z.union([z.string(), content]);

/** The body of `generateContent`. Names that Google does not know are refused, as there. */
export const generateContentSchema = z.strictObject({
  // Some clients repeat what the path says.
  model: z.string().optional(),
  contents: z.array(content).min(1, 'contents is not specified'),
  systemInstruction: systemInstruction.optional(),
  tools: z.array(tool).optional(),
  toolConfig: toolConfig.optional(),
  generationConfig: generationConfig.optional(),
  safetySettings: z.array(z.looseObject({ category: z.string(), threshold: z.string() })).optional(),
  cachedContent: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  serviceTier: z.string().optional(),
  store: z.boolean().optional(),
});

/** The body of `countTokens`. */
export const countTokensSchema = z.union([
  z.strictObject({ generateContentRequest: generateContentSchema }),
  generateContentSchema.partial({ contents: true }),
]);

/** The content of an embedding. */
export const embedContentSchema = z.strictObject({
  model: z.string().optional(),
  content: z.strictObject({ role: z.string().optional(), parts: z.array(z.strictObject({ text: z.string() })).min(1) }),
  taskType: z.string().optional(),
  title: z.string().optional(),
  outputDimensionality: z.int().min(1).optional(),
  autoTruncate: z.boolean().optional(),
  embedContentConfig: loose.optional(),
});

/** A checked body. */
export type GenerateContentBody = z.output<typeof generateContentSchema>;

/** A checked content. */
export type Content = z.output<typeof content>;

/** A checked part. */
export type Part = z.output<typeof part>;
