import { asString, compact } from '../../json/read-json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { OutputFormat, Parameters, ToolChoice } from '../../spec/model-request.js';
import type { Fields } from './fields.js';
import { readReasoning } from './read-reasoning.js';

/** The name of the answer's schema, which other dialects require and this one does not have. */
const SCHEMA_NAME = 'answer';

/** Reads everything that tunes a request. Names inside of `metadata` and `output_config` that say more go to `unread`. */
export function readParameters(body: Fields, unread: Set<string>): Parameters {
  const metadata = body.fields('metadata');
  noteOthers(metadata, 'metadata', ['user_id'], unread);
  noteOthers(body.fields('output_config'), 'output_config', ['effort', 'format'], unread);
  return compact({
    // The vendor requires it. Here it may be absent, so that requests to count tokens can be read as well.
    maxOutputTokens: body.count('max_tokens'),
    temperature: body.number('temperature'),
    topP: body.number('top_p'),
    topK: body.count('top_k'),
    stop: readStop(body),
    user: metadata?.text('user_id'),
    serviceTier: body.text('service_tier'),
    toolChoice: readToolChoice(body),
    parallelToolCalls: body.fields('tool_choice')?.boolean('disable_parallel_tool_use') === true ? false : undefined,
    outputFormat: readOutputFormat(body),
    reasoning: readReasoning(body, unread),
  });
}

function noteOthers(fields: Fields | undefined, owner: string, read: readonly string[], unread: Set<string>): void {
  for (const name of fields?.names() ?? []) if (!read.includes(name)) unread.add(`${owner}.${name}`);
}

function readStop(body: Fields): readonly string[] | undefined {
  const list = body.list('stop_sequences') ?? [];
  const stop = list.map((item, index) => {
    const text = asString(item);
    if (text === undefined) throw new RequestUnreadableError(`stop_sequences.${index}`, 'must be a string');
    return text;
  });
  return stop.length === 0 ? undefined : stop;
}

function readToolChoice(body: Fields): ToolChoice | undefined {
  const choice = body.fields('tool_choice');
  if (choice === undefined) return undefined;
  switch (choice.requiredText('type')) {
    case 'auto':
      return { kind: 'auto' };
    case 'any':
      return { kind: 'required' };
    case 'none':
      return { kind: 'none' };
    case 'tool':
      return { kind: 'tool', name: choice.requiredText('name') };
    default:
      throw new RequestUnreadableError(choice.pathOf('type'), 'must be auto, any, tool or none');
  }
}

/** Reads `output_config.format`, or `output_format`, its older name. The vendor holds the model to the schema. */
function readOutputFormat(body: Fields): OutputFormat | undefined {
  const format = body.fields('output_config')?.fields('format') ?? body.fields('output_format');
  if (format === undefined) return undefined;
  if (format.requiredText('type') !== 'json_schema') {
    throw new RequestUnreadableError(format.pathOf('type'), 'must be json_schema');
  }
  return { kind: 'json-schema', name: SCHEMA_NAME, schema: format.requiredFields('schema').object, strict: true };
}
