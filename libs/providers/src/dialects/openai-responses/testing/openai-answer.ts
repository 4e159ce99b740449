import type { JsonObject } from '../../../spec/json.js';

const ENCRYPTED = 'gAAAAABo_encrypted==';
const CITED: JsonObject = {
  type: 'url_citation',
  start_index: 0,
  end_index: 5,
  url: 'https://example.com/',
  title: 'Example',
};

/** Arguments whose pieces are cut in the middle of escapes. */
const ARGUMENTS = ['{"q":"Gr', '\\u00fc', 'ße \\"', 'x\\" \\', '\\\\n"}'];

const OUTPUT: readonly JsonObject[] = [
  {
    id: 'rs_1',
    type: 'reasoning',
    summary: [
      { type: 'summary_text', text: 'First I think.' },
      { type: 'summary_text', text: 'Then I think again.' },
    ],
    encrypted_content: ENCRYPTED,
  },
  {
    id: 'msg_1',
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text: 'Grüße 👋', annotations: [CITED], logprobs: [] }],
  },
  { id: 'ws_1', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'x' } },
  {
    id: 'fc_1',
    type: 'function_call',
    status: 'completed',
    call_id: 'call_1',
    name: 'look_up',
    arguments: ARGUMENTS.join(''),
  },
  { id: 'ctc_1', type: 'custom_tool_call', status: 'completed', call_id: 'call_2', name: 'patch', input: '*** Begin' },
];

const USAGE: JsonObject = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 64, cache_write_tokens: 6 },
  output_tokens: 50,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 150,
};

/** A whole answer with one item of every kind that a model of OpenAI writes with tools. */
export const OPENAI_ANSWER: JsonObject = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_800_000_000,
  status: 'completed',
  error: null,
  incomplete_details: null,
  model: 'gpt-5.4-2026-03-05',
  output: OUTPUT,
  service_tier: 'default',
  usage: USAGE,
};

/** The events in which OpenAI streams {@link OPENAI_ANSWER}. */
export const OPENAI_STREAM: readonly JsonObject[] = number([
  { type: 'response.created', response: { ...OPENAI_ANSWER, status: 'in_progress', output: [], usage: null } },
  { type: 'response.in_progress', response: { ...OPENAI_ANSWER, status: 'in_progress', output: [], usage: null } },
  added(0, { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'gAAAAABo_partial' }),
  ...summary(0, ['First I', ' think.']),
  ...summary(1, ['Then I think', ' again.']),
  done(0),
  added(1, { id: 'msg_1', type: 'message', status: 'in_progress', role: 'assistant', content: [] }),
  { ...text('response.content_part.added'), part: { type: 'output_text', text: '', annotations: [] } },
  { ...text('response.output_text.delta'), delta: 'Grü', logprobs: [] },
  { ...text('response.output_text.delta'), delta: '', logprobs: [] },
  { ...text('response.output_text.delta'), delta: 'ße 👋', logprobs: [], obfuscation: 'x7Hq' },
  { ...text('response.output_text.annotation.added'), annotation_index: 0, annotation: CITED },
  { ...text('response.output_text.done'), text: 'Grüße 👋', logprobs: [] },
  {
    ...text('response.content_part.done'),
    part: { type: 'output_text', text: 'Grüße 👋', annotations: [CITED], logprobs: [] },
  },
  done(1),
  added(2, { id: 'ws_1', type: 'web_search_call', status: 'in_progress' }),
  { type: 'response.web_search_call.searching', output_index: 2, item_id: 'ws_1' },
  done(2),
  added(3, { ...OUTPUT[3], status: 'in_progress', arguments: '' }),
  ...ARGUMENTS.map((delta) => ({ ...call('response.function_call_arguments.delta'), delta })),
  { ...call('response.function_call_arguments.done'), arguments: ARGUMENTS.join('') },
  done(3),
  added(4, { ...OUTPUT[4], status: 'in_progress', input: '' }),
  { type: 'response.custom_tool_call_input.delta', output_index: 4, item_id: 'ctc_1', delta: '*** ' },
  { type: 'response.custom_tool_call_input.delta', output_index: 4, item_id: 'ctc_1', delta: 'Begin' },
  { type: 'response.custom_tool_call_input.done', output_index: 4, item_id: 'ctc_1', input: '*** Begin' },
  done(4),
  { type: 'response.completed', response: OPENAI_ANSWER },
]);

function number(events: readonly JsonObject[]): readonly JsonObject[] {
  return events.map(({ type, ...rest }, sequence_number) => ({ type: type ?? '', sequence_number, ...rest }));
}

function added(output_index: number, item: JsonObject): JsonObject {
  return { type: 'response.output_item.added', output_index, item };
}

function done(output_index: number): JsonObject {
  return { type: 'response.output_item.done', output_index, item: OUTPUT[output_index] ?? {} };
}

function text(type: string): JsonObject {
  return { type, output_index: 1, item_id: 'msg_1', content_index: 0 };
}

function call(type: string): JsonObject {
  return { type, output_index: 3, item_id: 'fc_1' };
}

function summary(summary_index: number, deltas: readonly string[]): readonly JsonObject[] {
  const place = { output_index: 0, item_id: 'rs_1', summary_index };
  const whole = deltas.join('');
  return [
    { type: 'response.reasoning_summary_part.added', ...place, part: { type: 'summary_text', text: '' } },
    ...deltas.map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...place, delta })),
    { type: 'response.reasoning_summary_text.done', ...place, text: whole },
    { type: 'response.reasoning_summary_part.done', ...place, part: { type: 'summary_text', text: whole } },
  ];
}
