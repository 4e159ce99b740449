import {
  UnsupportedFieldError,
  compact,
  type JsonObject,
  type ModelRequest,
  type Parameters,
  type Tool,
  type ToolChoice,
  type WriteContext,
} from 'ai-gateway-providers';
import { writeTurns } from './write-turns.js';

/** What a request asks for in these cannot be left out without changing what it means. */
const REFUSED: readonly (keyof Parameters)[] = [
  'previousResponseId',
  'background',
  'functions',
  'webSearchOptions',
  'cachedContent',
];

/** What Acme's request has a place for. */
const CARRIED: ReadonlySet<string> = new Set([
  'maxOutputTokens',
  'temperature',
  'topP',
  'stop',
  'toolChoice',
  'outputFormat',
]);

/**
 * Writes a request for Acme. The gateway knows nothing of Acme's wire, so every parameter of the client's arrives here:
 * one that tunes is dropped and reported, one that the request depends on is refused.
 */
export function writeRequest(request: ModelRequest, context: WriteContext): JsonObject {
  const { messages, tools, parameters } = request;
  refuseWhatMatters(request, context);
  for (const name of Object.keys(parameters).filter((name) => !CARRIED.has(name))) {
    context.losses.drop(name, 'Acme has nothing like it');
  }
  const instructions = messages.flatMap(({ role, parts }) => (role === 'system' ? parts.map(({ text }) => text) : []));
  return compact({
    engine: context.model,
    live: request.streams,
    instructions: instructions.length === 0 ? undefined : instructions.join('\n\n'),
    turns: writeTurns(messages, context),
    abilities: tools.length === 0 ? undefined : tools.map(writeTool),
    must_use: tools.length === 0 ? undefined : writeToolChoice(parameters.toolChoice),
    limit: parameters.maxOutputTokens,
    style: writeStyle(parameters),
    answer_schema: writeSchema(parameters.outputFormat, context),
  });
}

function refuseWhatMatters({ tools, parameters }: ModelRequest, { capabilities }: WriteContext): void {
  const refused = REFUSED.find((name) => parameters[name] !== undefined);
  if (refused !== undefined) throw new UnsupportedFieldError(refused, 'Acme has nothing like it');
  if ((parameters.candidateCount ?? 1) !== 1) throw new UnsupportedFieldError('n', 'Acme gives one answer');
  if (parameters.modalities?.some((modality) => modality !== 'text') === true) {
    throw new UnsupportedFieldError('modalities', 'Acme answers in text');
  }
  if (tools.length > 0 && capabilities.tools === false) {
    throw new UnsupportedFieldError('tools', 'this model calls no tools');
  }
}

function writeTool(tool: Tool): JsonObject {
  if (tool.kind === 'vendor') throw new UnsupportedFieldError('tools', `Acme does not run the tool "${tool.type}"`);
  return compact({ title: tool.name, purpose: tool.description, input_schema: tool.parameters ?? { type: 'object' } });
}

function writeToolChoice(choice: ToolChoice | undefined): string | undefined {
  switch (choice?.kind) {
    case undefined:
    case 'auto':
      return undefined;
    case 'none':
      return 'none';
    case 'required':
      return 'any';
    case 'tool':
      return `ability:${choice.name}`;
    case 'allowed':
      throw new UnsupportedFieldError('tool_choice', 'Acme takes all tools, none, or one');
  }
}

function writeStyle({ temperature, topP, stop }: Parameters): JsonObject | undefined {
  const style: JsonObject = compact({ heat: temperature, nucleus: topP, halt: stop });
  return Object.keys(style).length === 0 ? undefined : style;
}

function writeSchema(format: Parameters['outputFormat'], { capabilities }: WriteContext): JsonObject | undefined {
  if (format === undefined || format.kind === 'text') return undefined;
  if (capabilities.structuredOutput === false) {
    throw new UnsupportedFieldError('response_format', 'this model holds to no schema');
  }
  return format.kind === 'json' ? { type: 'object' } : format.schema;
}
