import { z } from 'zod';

const loose = z.looseObject({});
const name = z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, "does not match pattern '^[a-zA-Z0-9_-]+$'");
const status = z.enum(['in_progress', 'completed', 'incomplete']).nullish();
const breakpoint = { prompt_cache_breakpoint: loose.nullish() };

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string(), ...breakpoint });
const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string().nullish(),
  file_id: z.string().nullish(),
  detail: z.enum(['low', 'high', 'auto', 'original']).nullish(),
  ...breakpoint,
});
const inputFile = z.strictObject({
  type: z.literal('input_file'),
  file_data: z.string().nullish(),
  file_id: z.string().nullish(),
  file_url: z.string().nullish(),
  filename: z.string().nullish(),
  detail: z.enum(['auto', 'low', 'high']).optional(),
  ...breakpoint,
});
const inputAudio = z.strictObject({
  type: z.literal('input_audio'),
  input_audio: z.strictObject({ data: z.string(), format: z.enum(['wav', 'mp3']) }),
});
const outputText = z.strictObject({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: z.array(loose).optional(),
  logprobs: z.array(loose).optional(),
});
const refusal = z.strictObject({ type: z.literal('refusal'), refusal: z.string() });

const content = z.discriminatedUnion('type', [inputText, inputImage, inputFile, inputAudio, outputText, refusal]);
const resultContent = z.discriminatedUnion('type', [inputText, inputImage, inputFile]);

const messageItem = z.strictObject({
  type: z.literal('message').optional(),
  id: z.string().optional(),
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: z.union([z.string(), z.array(content)]),
  status,
  phase: z.string().nullish(),
});

const output = z.union([z.string(), z.array(resultContent)]);

const typedItem = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('function_call'),
    id: z.string().optional(),
    call_id: z.string().min(1),
    name,
    arguments: z.string(),
    namespace: z.string().optional(),
    status,
  }),
  z.strictObject({
    type: z.literal('function_call_output'),
    id: z.string().nullish(),
    call_id: z.string().min(1),
    output,
    status,
  }),
  z.strictObject({
    type: z.literal('custom_tool_call'),
    id: z.string().optional(),
    call_id: z.string().min(1),
    name,
    input: z.string(),
    namespace: z.string().optional(),
    status,
  }),
  z.strictObject({
    type: z.literal('custom_tool_call_output'),
    id: z.string().nullish(),
    call_id: z.string().min(1),
    output,
    status,
  }),
  z.strictObject({
    type: z.literal('reasoning'),
    id: z.string(),
    summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: z.string() })),
    content: z.array(loose).nullish(),
    encrypted_content: z.string().nullish(),
    status,
  }),
  z.strictObject({ type: z.literal('item_reference'), id: z.string() }),
]);

/** Items of tools that the vendor runs itself: their shape is not looked at. */
const vendorItem = z.looseObject({
  type: z.enum([
    'web_search_call',
    'file_search_call',
    'code_interpreter_call',
    'computer_call',
    'computer_call_output',
    'image_generation_call',
    'local_shell_call',
    'local_shell_call_output',
    'mcp_list_tools',
    'mcp_call',
    'mcp_approval_request',
    'mcp_approval_response',
    'compaction',
  ]),
});

const item = z.union([messageItem, typedItem, vendorItem]);

const tool = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('function'),
    name,
    description: z.string().nullish(),
    parameters: loose.nullish(),
    strict: z.boolean().nullish(),
  }),
  z.strictObject({ type: z.literal('custom'), name, description: z.string().optional(), format: loose.optional() }),
  z.looseObject({
    type: z.enum([
      'web_search',
      'web_search_2025_08_26',
      'web_search_preview',
      'file_search',
      'code_interpreter',
      'image_generation',
      'mcp',
      'computer_use_preview',
      'local_shell',
      'shell',
      'apply_patch',
    ]),
  }),
]);

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.strictObject({ type: z.enum(['function', 'custom']), name: z.string() }),
  z.strictObject({
    type: z.literal('allowed_tools'),
    mode: z.enum(['auto', 'required']),
    tools: z.array(loose),
  }),
  z.looseObject({ type: z.enum(['web_search', 'web_search_preview', 'file_search', 'code_interpreter', 'mcp']) }),
]);

const format = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    name,
    description: z.string().optional(),
    schema: loose,
    strict: z.boolean().nullish(),
  }),
]);

/** The body of a response. Names that OpenAI does not know are refused, as there. */
export const responsesSchema = z.strictObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(item)]).optional(),
  background: z.boolean().nullish(),
  context_management: z.array(loose).nullish(),
  conversation: z.unknown().optional(),
  include: z.array(z.string()).nullish(),
  instructions: z.string().nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  max_tool_calls: z.int().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  moderation: loose.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  previous_response_id: z.string().nullish(),
  prompt: loose.nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_options: loose.optional(),
  prompt_cache_retention: z.string().nullish(),
  reasoning: z
    .strictObject({
      effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      summary: z.enum(['auto', 'concise', 'detailed']).nullish(),
      generate_summary: z.string().nullish(),
      context: z.string().nullish(),
      mode: z.string().optional(),
    })
    .nullish(),
  safety_identifier: z.string().nullish(),
  service_tier: z.string().nullish(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_obfuscation: z.boolean().optional() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  text: z
    .strictObject({ format: format.optional(), verbosity: z.enum(['low', 'medium', 'high']).nullish() })
    .optional(),
  tool_choice: toolChoice.optional(),
  tools: z.array(tool).optional(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  user: z.string().nullish(),
});

/** A checked body. */
export type ResponsesBody = z.output<typeof responsesSchema>;

/** A checked item of the input. */
export type InputItem = z.output<typeof item>;

/** A checked piece of content. */
export type InputContent = z.output<typeof content>;

/** The items of a list, each checked. */
export const inputItemsSchema = z.array(item);
