/** Whose models understand a state. Claude's signatures hold on every platform that serves Claude. */
export type StateFamily = 'openai' | 'anthropic' | 'gemini' | `x-${string}`;

/**
 * What a model wants to get back unread in the next turn: a thinking signature, encrypted reasoning, a thought
 * signature. It goes back only to models of its own family; to others it means nothing.
 */
export interface ProviderState {
  readonly family: StateFamily;
  /** The vendor's id of the item, where it has one (`rs_…` in OpenAI Responses). */
  readonly id?: string;
  /** The opaque text itself: signature, encrypted content, thought signature. */
  readonly data: string;
  /** True when the reasoning itself is hidden in `data` (Anthropic's `redacted_thinking`). */
  readonly redacted?: boolean;
}
