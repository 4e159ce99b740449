import { z } from 'zod';

/** What OpenAI and those who extend it accept as a mark of the prompt cache. */
const cacheMarks = {
  prompt_cache_breakpoint: z.looseObject({ mode: z.literal('explicit'), ttl: z.string().optional() }).optional(),
  cache_control: z.looseObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).optional(),
};

const textPart = z.strictObject({ type: z.literal('text'), text: z.string(), ...cacheMarks });
const refusalPart = z.strictObject({ type: z.literal('refusal'), refusal: z.string() });
const imagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({ url: z.string(), detail: z.enum(['auto', 'low', 'high', 'original']).optional() }),
  ...cacheMarks,
});
const audioPart = z.strictObject({
  type: z.literal('input_audio'),
  input_audio: z.strictObject({ data: z.string(), format: z.enum(['wav', 'mp3']) }),
  ...cacheMarks,
});
const filePart = z.strictObject({
  type: z.literal('file'),
  file: z.strictObject({
    file_data: z.string().optional(),
    file_id: z.string().optional(),
    filename: z.string().optional(),
  }),
  ...cacheMarks,
});

const textContent = z.union([z.string(), z.array(textPart).min(1)]);
const userPart = z.discriminatedUnion('type', [textPart, imagePart, audioPart, filePart]);

const name = z.string().max(64).optional();
const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, "does not match pattern '^[a-zA-Z0-9_-]+$'");

const toolCall = z.discriminatedUnion('type', [
  z.strictObject({
    id: z.string(),
    type: z.literal('function'),
    function: z.strictObject({ name: toolName, arguments: z.string() }),
    // Google's compatible endpoint keeps thought signatures here.
    extra_content: z.looseObject({}).optional(),
  }),
  z.strictObject({
    id: z.string(),
    type: z.literal('custom'),
    custom: z.strictObject({ name: toolName, input: z.string() }),
  }),
]);

const assistantMessage = z.strictObject({
  role: z.literal('assistant'),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, refusalPart])).min(1)]).nullish(),
  name,
  refusal: z.string().nullish(),
  audio: z.strictObject({ id: z.string() }).nullish(),
  annotations: z.array(z.looseObject({})).nullish(),
  tool_calls: z.array(toolCall).min(1).optional(),
  // Extensions of DeepSeek and OpenRouter, which send reasoning and take it back.
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  reasoning_details: z.array(z.looseObject({ type: z.string() })).nullish(),
});

const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer']), content: textContent, name }),
  z.strictObject({ role: z.literal('user'), content: z.union([z.string(), z.array(userPart).min(1)]), name }),
  assistantMessage,
  z.strictObject({ role: z.literal('tool'), content: textContent, tool_call_id: z.string() }),
]);

const jsonSchema = z.looseObject({});

const tool = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('function'),
    function: z.strictObject({
      name: toolName,
      description: z.string().optional(),
      parameters: jsonSchema.nullish(),
      strict: z.boolean().nullish(),
    }),
    cache_control: cacheMarks.cache_control,
  }),
  z.strictObject({
    type: z.literal('custom'),
    custom: z.strictObject({ name: toolName, description: z.string().optional(), format: jsonSchema.optional() }),
  }),
]);

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: z.string() }) }),
  z.strictObject({ type: z.literal('custom'), custom: z.strictObject({ name: z.string() }) }),
  z.strictObject({
    type: z.literal('allowed_tools'),
    allowed_tools: z.strictObject({ mode: z.enum(['auto', 'required']), tools: z.array(jsonSchema) }),
  }),
]);

const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: toolName,
      description: z.string().optional(),
      schema: jsonSchema.optional(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

const count = z.int().min(1);

/** What a completion and a chat completion are both tuned by. */
export const samplingFields = {
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z.record(z.string(), z.number()).nullish(),
  max_tokens: count.nullish(),
  n: count.max(128).nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().nullish(), include_obfuscation: z.boolean().nullish() })
    .nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  user: z.string().nullish(),
};

/** The body of a chat completion. Names that OpenAI does not know are refused, as there. */
export const chatSchema = z.strictObject({
  ...samplingFields,
  // Azure names the model in the path.
  model: z.string().optional(),
  // OpenAI wants at least one; those who speak like it do not insist.
  messages: z.array(message),
  audio: jsonSchema.nullish(),
  logprobs: z.boolean().nullish(),
  max_completion_tokens: count.nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  modalities: z.array(z.enum(['text', 'audio'])).nullish(),
  moderation: jsonSchema.nullish(),
  parallel_tool_calls: z.boolean().optional(),
  prediction: jsonSchema.nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_options: jsonSchema.optional(),
  prompt_cache_retention: z.string().nullish(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
  response_format: responseFormat.optional(),
  safety_identifier: z.string().nullish(),
  service_tier: z.enum(['auto', 'default', 'flex', 'scale', 'priority', 'fast']).nullish(),
  store: z.boolean().nullish(),
  tool_choice: toolChoice.optional(),
  tools: z.array(tool).min(1).max(128).optional(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  verbosity: z.enum(['low', 'medium', 'high']).nullish(),
  web_search_options: jsonSchema.optional(),
});

/** A checked body. */
export type ChatBody = z.output<typeof chatSchema>;

/** A checked message. */
export type ChatMessage = ChatBody['messages'][number];
