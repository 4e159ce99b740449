import type { Dialect } from '../spec/dialect.js';

/** Models that OpenAI serves by its Responses API and no other. */
const RESPONSES_ONLY =
  /^(?:o1-pro|o3-pro|o3-deep-research|o4-mini-deep-research|computer-use-preview|codex-mini|gpt-5(?:\.\d+)?-(?:pro|codex))/;

/** Models that complete text and do not chat, fine-tuned ones among them; Azure spells the first without its dot. */
const COMPLETIONS_ONLY = /^(?:ft:)?(?:gpt-3\.?5-turbo-instruct|babbage-002|davinci-002)/;

const RESPONSES: readonly Dialect[] = ['openai-responses'];
const COMPLETIONS: readonly Dialect[] = ['openai-completions'];
const CHAT_AND_RESPONSES: readonly Dialect[] = ['openai-chat', 'openai-responses'];

/**
 * The wire formats in which OpenAI's models are served, the preferred one first. A model that only one interface serves has
 * one, so that requests in other formats are translated instead of being refused there.
 */
export function openAiDialectsOf(model: string): readonly Dialect[] {
  if (RESPONSES_ONLY.test(model)) return RESPONSES;
  return COMPLETIONS_ONLY.test(model) ? COMPLETIONS : CHAT_AND_RESPONSES;
}
