import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { ModelRequest, OutputFormat } from '../../spec/model-request.js';
import { planReasoning } from './plan-reasoning.js';
import { openRequestScope, type RequestScope } from './request-scope.js';
import { hasToolParts, tellToolsInWords } from './tools-as-text.js';
import { writeConversation } from './write-conversation.js';
import { writeSampling } from './write-sampling.js';
import { offeredTools, writeToolConfig } from './write-tools.js';

/** What Converse takes as the name of a schema. */
const SCHEMA_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

const SERVICE_TIERS: ReadonlySet<string> = new Set(['default', 'priority', 'flex', 'reserved']);

/**
 * Writes the body of Converse and ConverseStream; the model goes into the path. Source: Amazon Bedrock Runtime API,
 * 2023-09-30.
 *
 * @throws UnsupportedFieldError when leaving something out would change what the request means.
 */
export function writeRequest(request: ModelRequest, context: WriteContext): JsonObject {
  const scope = openRequestScope(context);
  const { parameters } = request;
  const tools = offeredTools(request);
  const toolConfig = writeToolConfig(tools, parameters.toolChoice, scope);
  const { system, turns } = writeConversation(messagesFor(request, tools.length > 0, context), scope);
  const plan = planReasoning(request, turns, scope);
  const { inferenceConfig, modelFields } = writeSampling(parameters, plan, scope);
  return compact({
    messages: turns.map(({ role, content }) => ({ role, content })),
    system: nonEmptyList(system),
    inferenceConfig: nonEmpty(inferenceConfig),
    toolConfig,
    outputConfig: writeOutputConfig(parameters.outputFormat, context),
    serviceTier: writeServiceTier(parameters.serviceTier),
    additionalModelRequestFields: nonEmpty({ ...plan.modelFields, ...modelFields }),
    additionalModelResponseFieldPaths: stopSequencePaths(request, scope),
  });
}

function messagesFor(request: ModelRequest, offersTools: boolean, { losses }: WriteContext): ModelRequest['messages'] {
  if (offersTools || !hasToolParts(request.messages)) return request.messages;
  losses.drop('messages.tool_calls', 'where no tool is offered, Bedrock takes earlier calls of tools in words only');
  return tellToolsInWords(request.messages);
}

function writeOutputConfig(format: OutputFormat | undefined, { capabilities }: WriteContext): JsonObject | undefined {
  if (format === undefined || format.kind === 'text') return undefined;
  if (format.kind === 'json') {
    throw new UnsupportedFieldError(
      'response_format',
      'Bedrock holds an answer to a schema only, not to JSON at large',
    );
  }
  if (capabilities.structuredOutput === false) {
    throw new UnsupportedFieldError('response_format', 'the model cannot be held to a schema there');
  }
  const { name, description, schema } = format;
  const jsonSchema = compact({
    schema: JSON.stringify(schema),
    name: SCHEMA_NAME.test(name) ? name : undefined,
    description: description === '' ? undefined : description,
  });
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
}

function writeServiceTier(tier: string | undefined): JsonObject | undefined {
  return tier !== undefined && SERVICE_TIERS.has(tier) ? { type: tier } : undefined;
}

/** Claude says which stop sequence it met only if asked to, under one name in answers and under another in streams. */
function stopSequencePaths({ parameters }: ModelRequest, { traits }: RequestScope): readonly string[] | undefined {
  const asks = traits.vendor === 'claude' && parameters.stop !== undefined && parameters.stop.length > 0;
  return asks ? ['/stop_sequence', '/delta/stop_sequence'] : undefined;
}

function nonEmpty(members: JsonObject): JsonObject | undefined {
  return Object.keys(members).length === 0 ? undefined : members;
}

function nonEmptyList(list: readonly JsonObject[]): readonly JsonObject[] | undefined {
  return list.length === 0 ? undefined : list;
}
