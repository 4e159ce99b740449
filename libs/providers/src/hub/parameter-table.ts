import type { ParameterName } from '../spec/model-request.js';
import { dropped, MAPPED, needless, needlessWhen, refused, type Cell, type ParameterRow } from './parameter-rule.js';

/** Every dialect leaves the parameter out, for want of anything like it. Rows name the exceptions. */
const NOWHERE: ParameterRow['cells'] = {
  chat: dropped('Chat Completions has nothing like it'),
  responses: dropped('the Responses API has nothing like it'),
  messages: dropped("Anthropic's Messages API has nothing like it"),
  gemini: dropped("Gemini's API has nothing like it"),
  bedrock: dropped("Bedrock's Converse API has nothing like it"),
};

const EVERYWHERE = all(MAPPED);

const FIXED_SAMPLING = dropped('the model chooses its sampling itself', 'fixed-sampling');
const FIXED_WHILE_REASONING = dropped('the model chooses its sampling itself', 'fixed-sampling-while-reasoning');
const NO_REASONING = [
  ...needless('reasoning-off-anyway'),
  ...dropped('the model cannot be asked to reason', 'no-reasoning'),
];
const ONE_ANSWER = dropped('a translated request gets one answer');
const USER_STAYS = dropped('who the end user is goes to no vendor that the client did not address');
const ONE_SAMPLER = 'Claude takes the temperature or top_p, not both';
const TOP_TEMPERATURE = dropped('the scale ends at 1, which is also what is used instead', 'above-one');
const JSON_WITHOUT_SCHEMA = refused('it can only be held to a JSON schema', 'json-without-schema');
const UNOFFERED_TOOL = refused('the request offers no such tool', 'unoffered-tool');
const SOME_TOOLS = refused('the model may call any of its tools or one of them, not some', 'allowed-tools');
const NO_LOGPROBS = refused('it tells no log probabilities');

/**
 * What each client calls a parameter, and what each provider's dialect does with it. This order decides which of several
 * refusals is told. Documented in `docs/parameter-mapping.md`, which a test holds to it.
 */
export const PARAMETER_TABLE: Readonly<Record<ParameterName, ParameterRow>> = {
  maxOutputTokens: {
    names: {
      chat: 'max_completion_tokens',
      responses: 'max_output_tokens',
      messages: 'max_tokens',
      gemini: 'generationConfig.maxOutputTokens',
      completions: 'max_tokens',
    },
    cells: EVERYWHERE,
  },
  temperature: {
    names: everywhere('temperature', 'generationConfig.temperature'),
    cells: needlessWhen('fixed-sampling-of-one', {
      ...EVERYWHERE,
      chat: FIXED_WHILE_REASONING,
      responses: FIXED_WHILE_REASONING,
      messages: [...FIXED_SAMPLING, ...TOP_TEMPERATURE],
      bedrock: FIXED_SAMPLING,
    }),
  },
  topP: {
    names: everywhere('top_p', 'generationConfig.topP'),
    cells: needlessWhen('fixed-sampling-of-one', {
      ...EVERYWHERE,
      chat: FIXED_WHILE_REASONING,
      responses: FIXED_WHILE_REASONING,
      messages: [...FIXED_SAMPLING, ...dropped(ONE_SAMPLER, 'with-temperature')],
      bedrock: [...FIXED_SAMPLING, ...dropped(ONE_SAMPLER, 'claude-with-temperature')],
    }),
  },
  topK: {
    names: { chat: 'top_k', messages: 'top_k', gemini: 'generationConfig.topK' },
    cells: {
      ...NOWHERE,
      messages: FIXED_SAMPLING,
      gemini: MAPPED,
      bedrock: [...FIXED_SAMPLING, ...dropped('only Claude and Nova take it on Bedrock', 'neither-claude-nor-nova')],
    },
  },
  stop: {
    names: {
      chat: 'stop',
      messages: 'stop_sequences',
      gemini: 'generationConfig.stopSequences',
      completions: 'stop',
    },
    // Without it the answer goes on behind the place where its reader expects the end.
    cells: needlessWhen('empty', {
      ...EVERYWHERE,
      responses: refused('the Responses API cannot be told where to stop'),
    }),
  },
  presencePenalty: {
    names: {
      chat: 'presence_penalty',
      gemini: 'generationConfig.presencePenalty',
      completions: 'presence_penalty',
    },
    cells: needlessWhen('zero', { ...NOWHERE, chat: FIXED_SAMPLING, gemini: MAPPED }),
  },
  frequencyPenalty: {
    names: {
      chat: 'frequency_penalty',
      gemini: 'generationConfig.frequencyPenalty',
      completions: 'frequency_penalty',
    },
    cells: needlessWhen('zero', { ...NOWHERE, chat: FIXED_SAMPLING, gemini: MAPPED }),
  },
  seed: {
    names: { chat: 'seed', gemini: 'generationConfig.seed', completions: 'seed' },
    cells: { ...NOWHERE, chat: MAPPED, gemini: MAPPED },
  },
  candidateCount: {
    names: { chat: 'n', gemini: 'generationConfig.candidateCount', completions: 'n' },
    cells: needlessWhen('one', all(ONE_ANSWER)),
  },
  logitBias: {
    names: { chat: 'logit_bias', completions: 'logit_bias' },
    cells: needlessWhen('empty', { ...NOWHERE, chat: FIXED_SAMPLING }),
  },
  logprobs: {
    names: {
      chat: 'logprobs',
      responses: 'include',
      gemini: 'generationConfig.responseLogprobs',
      completions: 'logprobs',
    },
    cells: needlessWhen('false', { ...EVERYWHERE, messages: NO_LOGPROBS, bedrock: NO_LOGPROBS }),
  },
  topLogprobs: {
    names: { chat: 'top_logprobs', responses: 'top_logprobs', gemini: 'generationConfig.logprobs' },
    cells: needlessWhen('zero', { ...EVERYWHERE, messages: NO_LOGPROBS, bedrock: NO_LOGPROBS }),
  },
  user: {
    names: { chat: 'user', responses: 'user', messages: 'metadata.user_id', completions: 'user' },
    cells: {
      chat: dropped('OpenAI refuses one this long', 'long-user'),
      responses: dropped('OpenAI refuses one this long', 'long-user'),
      messages: USER_STAYS,
      gemini: USER_STAYS,
      bedrock: USER_STAYS,
    },
  },
  safetyIdentifier: {
    names: { chat: 'safety_identifier', responses: 'safety_identifier' },
    cells: { chat: MAPPED, responses: MAPPED, messages: USER_STAYS, gemini: USER_STAYS, bedrock: USER_STAYS },
  },
  metadata: {
    names: { chat: 'metadata', responses: 'metadata' },
    cells: needlessWhen('empty', {
      ...NOWHERE,
      chat: dropped('Chat Completions takes it for stored answers only', 'not-stored'),
      responses: MAPPED,
    }),
  },
  store: {
    names: { chat: 'store', responses: 'store', gemini: 'store' },
    cells: needlessWhen('false', { ...all(dropped('the answer is not stored')), chat: MAPPED, responses: MAPPED }),
  },
  serviceTier: {
    names: { chat: 'service_tier', responses: 'service_tier', messages: 'service_tier', gemini: 'serviceTier' },
    cells: {
      chat: MAPPED,
      responses: MAPPED,
      messages: dropped('Anthropic has no such tier', 'no-tier-of-anthropic'),
      // Its writer knows which of OpenAI's tiers are which of Google's, and reports the others.
      gemini: MAPPED,
      bedrock: [...needless('auto'), ...dropped('Bedrock has no such tier', 'no-tier-of-bedrock')],
    },
  },
  parallelToolCalls: {
    names: {
      chat: 'parallel_tool_calls',
      responses: 'parallel_tool_calls',
      messages: 'tool_choice.disable_parallel_tool_use',
    },
    cells: needlessWhen('true', {
      ...EVERYWHERE,
      gemini: dropped('Gemini decides itself how many tools it calls at once'),
      bedrock: dropped("Bedrock's Converse API leaves it to the model"),
    }),
  },
  toolChoice: {
    names: {
      chat: 'tool_choice',
      responses: 'tool_choice',
      messages: 'tool_choice',
      gemini: 'toolConfig.functionCallingConfig',
    },
    cells: {
      ...EVERYWHERE,
      messages: [...SOME_TOOLS, ...UNOFFERED_TOOL],
      gemini: UNOFFERED_TOOL,
      bedrock: [...SOME_TOOLS, ...UNOFFERED_TOOL],
    },
  },
  outputFormat: {
    names: {
      chat: 'response_format',
      responses: 'text.format',
      messages: 'output_config.format',
      gemini: 'generationConfig.responseMimeType',
    },
    cells: { ...EVERYWHERE, messages: JSON_WITHOUT_SCHEMA, bedrock: JSON_WITHOUT_SCHEMA },
  },
  reasoning: {
    names: {
      chat: 'reasoning_effort',
      responses: 'reasoning',
      messages: 'thinking',
      gemini: 'generationConfig.thinkingConfig',
    },
    cells: {
      ...all(NO_REASONING),
      bedrock: [
        ...refused('only Claude and Nova can be asked to reason on Bedrock', 'reasoning-elsewhere'),
        ...NO_REASONING,
      ],
    },
  },
  verbosity: {
    names: { chat: 'verbosity', responses: 'text.verbosity' },
    cells: { ...NOWHERE, chat: MAPPED, responses: MAPPED },
  },
  prediction: { names: { chat: 'prediction' }, cells: { ...NOWHERE, chat: MAPPED } },
  modalities: {
    names: { chat: 'modalities', gemini: 'generationConfig.responseModalities' },
    cells: needlessWhen('text-only', { ...all(dropped('it answers in text')), chat: MAPPED, gemini: MAPPED }),
  },
  audio: {
    names: { chat: 'audio' },
    cells: { ...NOWHERE, chat: MAPPED, gemini: dropped('Gemini has voices of its own, under other names') },
  },
  webSearchOptions: {
    names: { chat: 'web_search_options' },
    cells: { ...EVERYWHERE, bedrock: NOWHERE.bedrock },
  },
  promptCacheKey: {
    names: { chat: 'prompt_cache_key', responses: 'prompt_cache_key' },
    cells: { ...NOWHERE, chat: MAPPED, responses: MAPPED },
  },
  promptCacheRetention: {
    names: { chat: 'prompt_cache_retention', responses: 'prompt_cache_retention' },
    cells: { ...NOWHERE, chat: MAPPED, responses: MAPPED },
  },
  truncation: {
    names: { responses: 'truncation' },
    cells: needlessWhen('disabled', {
      ...all(dropped('a prompt that is too long is refused, not cut')),
      responses: MAPPED,
    }),
  },
  previousResponseId: {
    names: { responses: 'previous_response_id' },
    cells: { ...all(refused('the conversation before is stored with another provider')), responses: MAPPED },
  },
  background: {
    names: { responses: 'background' },
    cells: needlessWhen('false', {
      ...all(refused('the answer is not stored, so nothing could be asked for later')),
      responses: MAPPED,
    }),
  },
  functions: {
    names: { chat: 'functions' },
    cells: all(refused('functions are not translated; use tools')),
  },
  cachedContent: {
    names: { chat: 'cached_content', gemini: 'cachedContent' },
    cells: { ...all(refused('it stands for a part of the prompt that only its own provider has')), gemini: MAPPED },
  },
  safetySettings: {
    names: { chat: 'safety_settings', gemini: 'safetySettings' },
    cells: { ...NOWHERE, gemini: MAPPED },
  },
  labels: { names: { chat: 'labels', gemini: 'labels' }, cells: { ...NOWHERE, gemini: MAPPED } },
};

/** The names of a parameter that every dialect has under the same one, but for Gemini. */
function everywhere(name: string, gemini: string): ParameterRow['names'] {
  return { chat: name, responses: name, messages: name, gemini, completions: name };
}

/** Every dialect treats the parameter alike. */
function all(cell: Cell): ParameterRow['cells'] {
  return { chat: cell, responses: cell, messages: cell, gemini: cell, bedrock: cell };
}
