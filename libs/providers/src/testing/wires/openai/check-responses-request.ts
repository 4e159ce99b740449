import type { JsonObject } from '../../../spec/json.js';
import { findPairingProblem, type Turn } from '../../model/conversation.js';
import { isIssuedBy } from '../../model/issued-state.js';
import { THOUGHT_MARK } from '../../model/scripted-model.js';
import { Complaint } from '../complaint.js';
import type { InputItem, ResponsesBody } from './responses-schema.js';
import { offeredChoice, offeredTools } from './responses-tools.js';
import { strictSchemaProblem } from './strict-schema.js';

/** Checks what OpenAI checks beyond the shape of a response. @throws Complaint */
export function checkResponsesRequest(body: ResponsesBody): void {
  checkCombinations(body);
  checkSchemas(body);
}

/** Checks that the items of an input belong together. @throws Complaint */
export function checkResponsesItems(items: readonly InputItem[], turns: readonly Turn[]): void {
  checkReasoning(items);
  checkPairing(turns);
}

/** A refusal with OpenAI's status for requests that it cannot take. */
export function refuse(message: string, field: string, code = 'invalid_value'): Complaint {
  return new Complaint(400, message, { field, code });
}

function checkCombinations(body: ResponsesBody): void {
  if (body.background === true && body.store === false) {
    throw refuse('Background mode requires store=true.', 'background');
  }
  const choice = offeredChoice(body);
  if (typeof choice === 'object' && !offeredTools(body).some(({ name }) => name === choice.name)) {
    throw refuse(`Tool choice '${choice.name}' not found in 'tools' parameter.`, 'tool_choice');
  }
}

function checkSchemas({ tools = [], text }: ResponsesBody): void {
  for (const [index, tool] of tools.entries()) {
    if (tool.type !== 'function' || tool.strict !== true) continue;
    const problem = strictSchemaProblem(tool.parameters as JsonObject);
    if (problem === undefined) continue;
    const field = `tools[${index}].parameters`;
    throw refuse(
      `Invalid schema for function '${String(tool.name)}': ${problem}`,
      field,
      'invalid_function_parameters',
    );
  }
  const format = text?.format;
  if (format?.type !== 'json_schema' || format.strict !== true) return;
  const problem = strictSchemaProblem(format.schema as JsonObject);
  if (problem !== undefined)
    throw refuse(`Invalid schema for response_format '${format.name}': ${problem}`, 'text.format.schema');
}

/** What was encrypted must be ours, and a call that came with reasoning is not given back by its id without it. */
function checkReasoning(items: readonly InputItem[]): void {
  for (const [index, item] of items.entries()) {
    if (item.type === 'reasoning') {
      const content = item.encrypted_content;
      if (typeof content === 'string' && !isIssuedBy('openai', content)) {
        const message = `The encrypted content for item ${String(item.id)} could not be verified.`;
        throw refuse(message, `input[${index}]`, 'invalid_encrypted_content');
      }
    }
    if (item.type !== 'function_call' || typeof item.id !== 'string' || !item.id.includes(THOUGHT_MARK)) continue;
    if (items.slice(0, index).some(({ type }) => type === 'reasoning')) continue;
    throw refuse(
      `Item '${item.id}' of type 'function_call' was provided without its required 'reasoning' item.`,
      'input',
    );
  }
}

function checkPairing(turns: readonly Turn[]): void {
  const problem = findPairingProblem(turns);
  if (problem?.kind === 'unanswered-calls') {
    throw refuse(`No tool output found for function call ${problem.ids[0]}.`, 'input');
  }
  if (problem?.kind === 'orphan-result') {
    throw refuse(`No tool call found for function call output with call_id ${problem.id}.`, 'input');
  }
}
