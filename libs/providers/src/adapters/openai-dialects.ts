import { capabilitiesOf } from '../capabilities/model-capabilities.js';
import type { Dialect } from '../spec/dialect.js';

/** Models that complete text and do not chat, fine-tuned ones among them; Azure spells the first without its dot. */
const COMPLETIONS_ONLY = /^(?:ft:)?(?:gpt-3\.?5-turbo-instruct|babbage-002|davinci-002)/;

/** Kinds that OpenAI serves by its Responses API alone, for those of them that are newer than our data. */
const RESPONSES_ONLY = /^(?:gpt-\d+(?:\.\d+)?-(?:pro|codex)|computer-use-)/;

const CHAT: readonly Dialect[] = ['openai-chat'];
const RESPONSES: readonly Dialect[] = ['openai-responses'];
const COMPLETIONS: readonly Dialect[] = ['openai-completions'];
const CHAT_AND_RESPONSES: readonly Dialect[] = ['openai-chat', 'openai-responses'];

/**
 * The wire formats in which OpenAI's models are served, the preferred one first. A model that only one interface serves
 * has one, so that requests in other formats are translated instead of being refused there.
 */
export function openAiDialectsOf(model: string): readonly Dialect[] {
  switch (capabilitiesOf(model).openAiInterfaces) {
    case 'chat':
      return CHAT;
    case 'responses':
      return RESPONSES;
    case 'both':
      return CHAT_AND_RESPONSES;
    case undefined:
      if (COMPLETIONS_ONLY.test(model)) return COMPLETIONS;
      return RESPONSES_ONLY.test(model) ? RESPONSES : CHAT_AND_RESPONSES;
  }
}
