import type { Call } from './call.js';

const CREATED_AT = '2025-01-01T00:00:00Z';

/** The list of models as the vendor has it whose way of asking the call has. */
export function modelListOf(call: Call, names: readonly string[]): object {
  if (call.header('anthropic-version') !== undefined) return anthropicList(names);
  // Google's own list; its list in OpenAI's words lies below `/openai`.
  return /\/v1(beta|alpha)\/models$/.test(call.path) ? googleList(names) : openAiList(names);
}

function openAiList(names: readonly string[]): object {
  const data = names.map((id) => ({ id, object: 'model', created: 0, owned_by: 'fake' }));
  return { object: 'list', data };
}

function anthropicList(names: readonly string[]): object {
  const data = names.map((id) => ({ type: 'model', id, display_name: id, created_at: CREATED_AT }));
  return { data, has_more: false, first_id: names[0] ?? null, last_id: names.at(-1) ?? null };
}

function googleList(names: readonly string[]): object {
  const models = names.map((name) => ({
    name: `models/${name}`,
    displayName: name,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  }));
  return { models };
}
