import { z } from 'zod';

const cacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).nullish();
const loose = z.looseObject({});

const toolId = z.string().regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'");

const textBlock = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1, 'text content blocks must be non-empty'),
  citations: z.array(loose).nullish(),
  cache_control: cacheControl,
});

const base64Source = (...types: readonly string[]) =>
  z.strictObject({ type: z.literal('base64'), media_type: z.enum(types), data: z.string() });
const urlSource = z.strictObject({ type: z.literal('url'), url: z.url() });
const fileSource = z.strictObject({ type: z.literal('file'), file_id: z.string() });

const imageBlock = z.strictObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [
    base64Source('image/jpeg', 'image/png', 'image/gif', 'image/webp'),
    urlSource,
    fileSource,
  ]),
  cache_control: cacheControl,
});

const documentBlock = z.strictObject({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', [
    base64Source('application/pdf'),
    z.strictObject({ type: z.literal('text'), media_type: z.literal('text/plain'), data: z.string().min(1) }),
    z.strictObject({ type: z.literal('content'), content: z.union([z.string(), z.array(loose)]) }),
    urlSource,
    fileSource,
  ]),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: z.strictObject({ enabled: z.boolean().optional() }).nullish(),
  cache_control: cacheControl,
});

const searchResultBlock = z.strictObject({
  type: z.literal('search_result'),
  source: z.string(),
  title: z.string(),
  content: z.array(textBlock),
  citations: loose.optional(),
  cache_control: cacheControl,
});

const thinkingBlock = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() });
const redactedBlock = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() });

const toolUseBlock = z.strictObject({
  type: z.literal('tool_use'),
  id: toolId,
  name: z.string().min(1).max(200),
  input: loose,
  caller: loose.optional(),
  cache_control: cacheControl,
});

const resultContent = z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock, searchResultBlock]);

const toolResultBlock = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: toolId,
  content: z.union([z.string(), z.array(resultContent)]).optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl,
});

/** Blocks of tools that the vendor runs itself: their shape is not looked at. */
const serverBlock = z.looseObject({
  type: z.enum([
    'server_tool_use',
    'web_search_tool_result',
    'web_fetch_tool_result',
    'code_execution_tool_result',
    'bash_code_execution_tool_result',
    'text_editor_code_execution_tool_result',
    'tool_search_tool_result',
    'mcp_tool_use',
    'mcp_tool_result',
    'container_upload',
    'compaction',
  ]),
});

const block = z.discriminatedUnion('type', [
  textBlock,
  imageBlock,
  documentBlock,
  searchResultBlock,
  thinkingBlock,
  redactedBlock,
  toolUseBlock,
  toolResultBlock,
  serverBlock,
]);

const message = z.strictObject({
  role: z.enum(['user', 'assistant', 'system'], "Input should be 'user', 'assistant' or 'system'"),
  content: z.union([z.string().min(1, 'messages must have non-empty content'), z.array(block)]),
});

const customTool = z.strictObject({
  type: z.literal('custom').nullish(),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object', "Input should be 'object'") }),
  strict: z.boolean().optional(),
  cache_control: cacheControl,
  eager_input_streaming: z.boolean().nullish(),
  defer_loading: z.boolean().optional(),
  allowed_callers: z.array(z.string()).optional(),
  input_examples: z.array(loose).optional(),
});

const vendorTool = z.looseObject({
  type: z.string().regex(/_\d{8}$|^mcp_toolset$/, 'unknown tool type'),
  name: z.string().optional(),
});

const parallel = { disable_parallel_tool_use: z.boolean().optional() };

const toolChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto'), ...parallel }),
  z.strictObject({ type: z.literal('any'), ...parallel }),
  z.strictObject({ type: z.literal('tool'), name: z.string(), ...parallel }),
  z.strictObject({ type: z.literal('none') }),
]);

const display = { display: z.enum(['summarized', 'omitted']).nullish() };

/** How thinking is asked for. */
export const thinkingSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('enabled'),
    budget_tokens: z.int().min(1024, 'Input should be greater than or equal to 1024'),
    ...display,
  }),
  z.strictObject({ type: z.literal('adaptive'), ...display }),
  z.strictObject({ type: z.enum(['disabled', 'between_tools']) }),
]);

const format = z.strictObject({ type: z.literal('json_schema'), schema: loose });

/** What a prompt consists of; all that counting tokens takes. */
const promptFields = {
  model: z.string().optional(),
  messages: z.array(message).min(1, 'at least one message is required'),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  tools: z.array(z.union([customTool, vendorTool])).optional(),
  tool_choice: toolChoice.optional(),
  thinking: thinkingSchema.optional(),
  cache_control: cacheControl,
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: format.nullish(),
      task_budget: loose.nullish(),
    })
    .optional(),
  output_format: format.nullish(),
  mcp_servers: z.array(loose).optional(),
  context_management: loose.nullish(),
  speed: z.string().nullish(),
  // Vertex has it in the body, and then demands it.
  anthropic_version: z.string().optional(),
};

/** The body of a count of tokens. */
export const countTokensSchema = z.strictObject(promptFields);

/** The body of a message. Names that Anthropic does not know are refused, as there. */
export const messagesSchema = z.strictObject({
  ...promptFields,
  max_tokens: z.int().min(1, 'Input should be greater than or equal to 1'),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  stop_sequences: z.array(z.string().regex(/\S/, 'each stop sequence must contain non-whitespace')).optional(),
  stream: z.boolean().optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  container: z.union([z.string(), loose]).nullish(),
  inference_geo: z.string().nullish(),
  anthropic_beta: z.array(z.string()).optional(),
});

/** A checked body. */
export type MessagesBody = z.output<typeof messagesSchema>;

/** A checked prompt, of a message or of a count. */
export type PromptBody = z.output<typeof countTokensSchema>;

/** A checked message. */
export type MessageParam = PromptBody['messages'][number];

/** A checked block. */
export type ContentBlock = z.output<typeof block>;
