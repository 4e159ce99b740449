import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { ModelRequest, OutputFormat, Parameters } from '../../spec/model-request.js';
import { writeMessages } from './write-messages.js';
import { writeSampling } from './write-sampling.js';
import { writeThinking } from './write-thinking.js';
import { isForced, writeToolChoice } from './write-tool-choice.js';
import { writeTools } from './write-tools.js';

/** Output cap where neither the client nor the model's record has one: every Claude model can write as much. */
const MAX_TOKENS_DEFAULT = 4096;

/**
 * Writes a request for the Messages API.
 *
 * @throws UnsupportedFieldError when leaving something out would change what the request means.
 */
export function writeRequest(request: ModelRequest, context: WriteContext): JsonObject {
  const { parameters } = request;
  const { system, messages, ...situation } = writeMessages(request.messages, context);
  const maxTokens = chooseMaxTokens(parameters, context);
  const { mode, thinking, effort } = writeThinking(parameters.reasoning, { maxTokens, ...situation }, context);
  if (mode === 'budget' && isForced(parameters.toolChoice)) {
    throw new UnsupportedFieldError(
      'tool_choice',
      'the model cannot be made to call a tool while it thinks in a budget',
    );
  }
  const tools = writeTools(request, context);
  return compact({
    model: context.model,
    max_tokens: maxTokens,
    stream: request.streams ? true : undefined,
    system: system.length === 0 ? undefined : system,
    messages,
    tools: tools.length === 0 ? undefined : tools,
    tool_choice: writeToolChoice(parameters, tools),
    thinking,
    output_config: writeOutputConfig(effort, parameters.outputFormat, context),
    ...writeSampling(parameters, mode !== 'off', context),
    stop_sequences: writeStop(parameters.stop),
    metadata: writeMetadata(parameters),
    service_tier: parameters.serviceTier,
  });
}

/** Anthropic requires a cap. Where we choose it, a budget to think with that the client gave fits below it. */
function chooseMaxTokens({ maxOutputTokens, reasoning }: Parameters, { capabilities }: WriteContext): number {
  if (maxOutputTokens !== undefined) return maxOutputTokens;
  return capabilities.outputTokensMax ?? MAX_TOKENS_DEFAULT + Math.max(0, reasoning?.budgetTokens ?? 0);
}

function writeOutputConfig(
  effort: string | undefined,
  format: OutputFormat | undefined,
  { capabilities }: WriteContext,
): JsonObject | undefined {
  if (format?.kind === 'json') {
    throw new UnsupportedFieldError(
      'response_format',
      'Anthropic holds a model to a schema only, not to JSON in general',
    );
  }
  if (format?.kind === 'json-schema' && capabilities.structuredOutput === false) {
    throw new UnsupportedFieldError('response_format', 'the model cannot be held to a schema');
  }
  const schema = format?.kind === 'json-schema' ? { type: 'json_schema', schema: format.schema } : undefined;
  return effort === undefined && schema === undefined ? undefined : compact({ effort, format: schema });
}

/** Left out, the answer would go on behind the place where its reader expects the end. */
function writeStop(stop: readonly string[] | undefined): readonly string[] | undefined {
  if (stop?.some((sequence) => sequence.trim() === '')) {
    throw new UnsupportedFieldError('stop', 'Anthropic cannot be told to stop at white space');
  }
  return stop?.length === 0 ? undefined : stop;
}

function writeMetadata({ user, safetyIdentifier }: Parameters): JsonObject | undefined {
  const userId = user ?? safetyIdentifier;
  return userId === undefined ? undefined : { user_id: userId };
}
