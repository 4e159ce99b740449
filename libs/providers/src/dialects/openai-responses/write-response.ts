import type { AnswerContext } from '../../spec/codec.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { FunctionTool, Message, ReasoningRequest, Tool } from '../../spec/model-request.js';
import { isTranslated } from './tool-names.js';
import { writeText } from './write-parameters.js';
import { writeToolChoice } from './write-tool-choice.js';

/** What changes in a `response` object from the beginning of an answer to its end. */
export interface ResponseState {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly output: readonly JsonObject[];
  readonly usage: JsonObject | null;
  readonly error?: JsonObject;
  readonly incompleteReason?: string | undefined;
  readonly serviceTier?: string | undefined;
}

/** Writes the `response` object, in which OpenAI repeats most of the request. */
export function writeResponse(id: string, state: ResponseState, context: AnswerContext): JsonObject {
  const { parameters, messages, tools } = context.request;
  return {
    id,
    object: 'response',
    created_at: context.createdAtSeconds,
    status: state.status,
    background: false,
    error: state.error ?? null,
    incomplete_details: state.incompleteReason === undefined ? null : { reason: state.incompleteReason },
    instructions: writeInstructions(messages[0]),
    max_output_tokens: parameters.maxOutputTokens ?? null,
    model: context.model,
    output: state.output,
    parallel_tool_calls: parameters.parallelToolCalls ?? true,
    previous_response_id: null,
    prompt_cache_key: parameters.promptCacheKey ?? null,
    reasoning: writeReasoning(parameters.reasoning),
    safety_identifier: parameters.safetyIdentifier ?? null,
    service_tier: state.serviceTier ?? null,
    // It is answered by a provider that stores nothing.
    store: false,
    temperature: parameters.temperature ?? null,
    text: { format: { type: 'text' }, ...writeText(parameters) },
    tool_choice: writeToolChoice(parameters.toolChoice ?? { kind: 'auto' }, tools),
    tools: writeClientTools(tools),
    top_logprobs: parameters.topLogprobs ?? 0,
    top_p: parameters.topP ?? null,
    truncation: parameters.truncation ?? 'disabled',
    usage: state.usage,
    user: parameters.user ?? null,
    metadata: parameters.metadata ?? {},
    access_programs: null,
  };
}

/** What the operator said first: `instructions`, if there were any. */
function writeInstructions(first: Message | undefined): string | null {
  return first?.role === 'system' ? first.parts.map((part) => part.text).join('') : null;
}

function writeReasoning(reasoning: ReasoningRequest | undefined): JsonObject {
  return { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null };
}

/** The tools as the client offered them: a namespace once, however many functions it became. */
function writeClientTools(tools: readonly Tool[]): readonly Json[] {
  const written = new Set<JsonObject>();
  for (const tool of tools) {
    if (tool.kind === 'vendor') written.add(tool.value);
    else written.add(isTranslated(tool) ? tool.source : writeFunction(tool));
  }
  return [...written];
}

function writeFunction({ name, description, parameters, strict }: FunctionTool): JsonObject {
  return {
    type: 'function',
    name,
    description: description ?? null,
    parameters: parameters ?? null,
    strict: strict ?? false,
  };
}
