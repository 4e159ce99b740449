import { asObject } from '../../../json/read-json.js';
import type { Json } from '../../../spec/json.js';
import { isIssuedBy } from '../../model/issued-state.js';
import { Complaint } from '../complaint.js';
import { GOOGLE_VENDOR } from './google-vendor.js';
import { PART_DATA, type Content, type GenerateContentBody, type Part } from './gemini-schema.js';

/** What Google documents for callers that have no signature to give back. */
const PLACEHOLDER_SIGNATURES = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'];

/** Keywords of the OpenAPI subset; all of JSON Schema goes into `parametersJsonSchema`. */
const SCHEMA_NAMES = new Set(
  'type format title description nullable enum items maxItems minItems properties required minProperties maxProperties minLength maxLength pattern example anyOf propertyOrdering default minimum maximum additionalProperties ref defs $ref $defs'.split(
    ' ',
  ),
);

/** Checks what Google checks beyond the shape of a body. @throws Complaint */
export function checkContents(body: GenerateContentBody, thinks: boolean): void {
  for (const [index, content] of body.contents.entries()) {
    checkParts(content, index);
    checkTurn(body.contents, index);
  }
  if (thinks) checkSignatures(body.contents);
  checkDeclarations(body);
  checkOutput(body);
}

/** A refusal with Google's status for requests that it cannot take. */
export function refuse(message: string): Complaint {
  return new Complaint(400, message);
}

function checkParts({ parts }: Content, index: number): void {
  for (const [at, part] of parts.entries()) {
    const where = `contents[${index}].parts[${at}]`;
    const count = PART_DATA.filter((name) => part[name] !== undefined).length;
    if (count > 1) throw refuse(`Invalid value at '${where}' (oneof), oneof field 'data' is already set.`);
    if (count === 0 && part.thoughtSignature === undefined) {
      throw refuse(
        `* GenerateContentRequest.${where}.data: required oneof field 'data' must have one initialized field`,
      );
    }
    const signature = part.thoughtSignature;
    if (signature === undefined || PLACEHOLDER_SIGNATURES.includes(signature)) continue;
    if (!isIssuedBy('google', signature)) throw refuse('Corrupted thought signature.');
  }
}

function checkTurn(contents: readonly Content[], index: number): void {
  const calls = partsWith(contents[index], 'functionCall');
  const responses = partsWith(contents[index], 'functionResponse');
  const next = contents[index + 1];
  const previous = contents[index - 1];
  if (calls.length > 0 && previous?.role === 'model') {
    throw refuse(
      'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
    );
  }
  if (calls.length > 0 && next !== undefined && partsWith(next, 'functionResponse').length !== calls.length) {
    throw refuse(
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
  }
  if (responses.length === 0) return;
  const called = partsWith(previous, 'functionCall').map(({ functionCall }) => functionCall?.name);
  if (called.length === 0) {
    throw refuse('Please ensure that function response turn comes immediately after a function call turn.');
  }
  const stranger = responses.find(({ functionResponse }) => !called.includes(functionResponse?.name));
  if (stranger !== undefined) {
    throw refuse(`Function response name '${stranger.functionResponse?.name}' does not match any function call.`);
  }
}

/** The first call of each step of the turn that goes on must bring the signature that came with it. */
function checkSignatures(contents: readonly Content[]): void {
  const lastAsked = contents.findLastIndex(
    (content) => content.role !== 'model' && partsWith(content, 'text').length > 0,
  );
  for (const [index, content] of contents.entries()) {
    const first = partsWith(content, 'functionCall')[0];
    if (index < lastAsked || first === undefined || first.thoughtSignature !== undefined) continue;
    throw refuse(
      `Function call \`${first.functionCall?.name}\` in the ${index + 1}. content block is missing a \`thought_signature\`.`,
    );
  }
}

function checkDeclarations({ tools = [], toolConfig }: GenerateContentBody): void {
  const declarations = tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations);
  for (const [index, { name, parameters, parametersJsonSchema }] of declarations.entries()) {
    const where = `tools[0].function_declarations[${index}].parameters`;
    if (parameters !== undefined && parametersJsonSchema !== undefined) {
      throw refuse(`Function declaration '${name}': parameters and parameters_json_schema must not both be set.`);
    }
    checkSchema(parameters as Json | undefined, where);
  }
  const names = declarations.map(({ name }) => name);
  const stranger = toolConfig?.functionCallingConfig?.allowedFunctionNames?.find((name) => !names.includes(name));
  if (stranger !== undefined) throw refuse(`allowed_function_names: '${stranger}' is not a declared function.`);
}

function checkSchema(schema: Json | undefined, where: string): void {
  const fields = asObject(schema);
  if (fields === undefined) return;
  const unknown = Object.keys(fields).find((name) => !SCHEMA_NAMES.has(name));
  if (unknown !== undefined) {
    throw refuse(`Invalid JSON payload received. Unknown name "${unknown}" at '${where}': Cannot find field.`);
  }
  checkSchema(fields['items'], `${where}.items`);
  for (const [index, [name, property]] of Object.entries(asObject(fields['properties']) ?? {}).entries()) {
    checkSchema(property, `${where}.properties[${index}].value(${name})`);
  }
}

function checkOutput({ generationConfig: config = {} }: GenerateContentBody): void {
  const { responseSchema, responseJsonSchema, responseMimeType, responseLogprobs, logprobs } = config;
  if (responseSchema !== undefined && responseJsonSchema !== undefined) {
    throw refuse('generation_config: response_schema and response_json_schema must not both be set.');
  }
  if ((responseSchema ?? responseJsonSchema) !== undefined && responseMimeType !== 'application/json') {
    throw refuse("generation_config.response_schema: only allowed with response_mime_type 'application/json'.");
  }
  checkSchema(responseSchema as Json | undefined, 'generation_config.response_schema');
  if (logprobs !== undefined && responseLogprobs !== true) {
    throw GOOGLE_VENDOR.bodyComplaint(['generation_config', 'logprobs'], {
      kind: 'invalid',
      problem: 'response_logprobs must be true',
    });
  }
}

/** The parts of a content that hold a certain thing. */
export function partsWith(content: Content | undefined, name: (typeof PART_DATA)[number]): readonly Part[] {
  return content?.parts.filter((part) => part[name] !== undefined) ?? [];
}
