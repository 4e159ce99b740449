import { z } from 'zod';

const loose = z.looseObject({});
const bytes = z.strictObject({ bytes: z.string() });
const location = z.strictObject({
  s3Location: z.strictObject({ uri: z.string(), bucketOwner: z.string().optional() }),
});

const cachePoint = z.strictObject({ type: z.literal('default'), ttl: z.enum(['5m', '1h']).optional() });

const image = z.strictObject({ format: z.enum(['png', 'jpeg', 'gif', 'webp']), source: z.union([bytes, location]) });
const document = z.strictObject({
  format: z.enum(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md']),
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(
      /^(?!.*\s{2})[a-zA-Z0-9\s\-()[\]]+$/,
      'the document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets',
    ),
  source: z.union([bytes, location, z.strictObject({ text: z.string() })]),
  context: z.string().optional(),
  citations: loose.optional(),
});
const media = z.strictObject({ format: z.string(), source: z.union([bytes, location]) });

const toolUseId = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'failed to satisfy constraint: [a-zA-Z0-9_-]+');
const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'failed to satisfy constraint: [a-zA-Z0-9_-]+');

const resultContent = z.strictObject({
  text: z.string().optional(),
  json: z.unknown().optional(),
  image: image.optional(),
  document: document.optional(),
  video: media.optional(),
});

const block = z.strictObject({
  text: z.string().optional(),
  image: image.optional(),
  document: document.optional(),
  video: media.optional(),
  audio: media.optional(),
  toolUse: z.strictObject({ toolUseId, name: toolName, input: loose, type: z.string().optional() }).optional(),
  toolResult: z
    .strictObject({
      toolUseId,
      content: z.array(resultContent),
      status: z.enum(['success', 'error']).optional(),
      type: z.string().optional(),
    })
    .optional(),
  reasoningContent: z
    .strictObject({
      reasoningText: z.strictObject({ text: z.string(), signature: z.string().optional() }).optional(),
      redactedContent: z.string().optional(),
    })
    .optional(),
  guardContent: loose.optional(),
  citationsContent: loose.optional(),
  searchResult: loose.optional(),
  cachePoint: cachePoint.optional(),
});

const message = z.strictObject({ role: z.enum(['user', 'assistant']), content: z.array(block).min(1) });

const tool = z.strictObject({
  toolSpec: z
    .strictObject({
      name: toolName,
      description: z.string().min(1).optional(),
      inputSchema: z.strictObject({ json: z.looseObject({ type: z.literal('object') }) }),
      strict: z.boolean().optional(),
    })
    .optional(),
  systemTool: loose.optional(),
  cachePoint: cachePoint.optional(),
});

const toolChoice = z.strictObject({
  auto: loose.optional(),
  any: loose.optional(),
  tool: z.strictObject({ name: toolName }).optional(),
});

const textFormat = z.strictObject({
  type: z.literal('json_schema'),
  structure: z.strictObject({
    // A JSON Schema as text.
    jsonSchema: z.strictObject({ schema: z.string(), name: z.string().optional(), description: z.string().optional() }),
  }),
});

/** The body of `converse` and `converse-stream`. Names that Bedrock does not know are refused. */
export const converseSchema = z.strictObject({
  messages: z.array(message).min(1, 'a conversation must have at least one message'),
  system: z
    .array(
      z.strictObject({
        text: z.string().min(1).optional(),
        guardContent: loose.optional(),
        cachePoint: cachePoint.optional(),
      }),
    )
    .optional(),
  inferenceConfig: z
    .strictObject({
      maxTokens: z.int().min(1).optional(),
      temperature: z.number().min(0).max(1).optional(),
      topP: z.number().min(0).max(1).optional(),
      stopSequences: z.array(z.string().min(1)).max(2500).optional(),
    })
    .optional(),
  toolConfig: z.strictObject({ tools: z.array(tool).min(1), toolChoice: toolChoice.optional() }).optional(),
  outputConfig: z.strictObject({ textFormat: textFormat.optional() }).optional(),
  additionalModelRequestFields: loose.optional(),
  additionalModelResponseFieldPaths: z.array(z.string()).optional(),
  guardrailConfig: loose.optional(),
  performanceConfig: loose.optional(),
  promptVariables: loose.optional(),
  requestMetadata: z.record(z.string(), z.string()).optional(),
  serviceTier: loose.optional(),
});

/** A checked body. */
export type ConverseBody = z.output<typeof converseSchema>;

/** A checked message. */
export type ConverseMessage = ConverseBody['messages'][number];

/** A checked block: exactly one of its members is there. */
export type ConverseBlock = ConverseMessage['content'][number];
