/** The part of a model's name that tells its generation: `gemini-2.5-pro` → 2.5. Aliases like `gemini-pro-latest` have none. */
const GENERATION = /gemini-(?:live-)?(\d+(?:\.\d+)?)/;

/** What differs between generations of Google's models on the wire, as far as a request has to know. */
export interface ModelTraits {
  /**
   * Calls carry ids, media may stand inside of function responses and beside them are refused, thinking is asked for by
   * level, and function calls of the current turn need a thought signature. True from Gemini 3 on.
   */
  readonly isThirdGeneration: boolean;
  /** Media may be given by a public https URL. True from Gemini 2.5 on. */
  readonly fetchesUrls: boolean;
  readonly thinking: ThinkingTraits;
}

/** How a model is told how much to think. */
export type ThinkingTraits =
  | { readonly kind: 'none' }
  /** By tokens in `min..max`; 0 switches thinking off where `canBeOff`. */
  | { readonly kind: 'budget'; readonly min: number; readonly max: number; readonly canBeOff: boolean }
  /** By one of these levels, the lowest first. None of them switches thinking off. */
  | { readonly kind: 'level'; readonly levels: readonly ThinkingLevel[] };

/** Google's levels of thinking, the lowest first. */
export type ThinkingLevel = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';

/** What is known of `model` from its name. */
export function traitsOf(model: string): ModelTraits {
  const name = model.toLowerCase();
  const generation = generationOf(name);
  return {
    isThirdGeneration: generation >= 3,
    fetchesUrls: generation >= 2.5,
    thinking: thinkingOf(name, generation),
  };
}

/** Aliases without a number point to the newest model; other names (tuned models) are taken for the cautious case. */
function generationOf(name: string): number {
  const written = GENERATION.exec(name)?.[1];
  if (written !== undefined) return Number(written);
  return name.includes('gemini') ? Number.POSITIVE_INFINITY : 2.5;
}

/** Source: Gemini API, "Thinking": table of budgets (2.5) and table of levels (3 and later). */
function thinkingOf(model: string, generation: number): ThinkingTraits {
  if (model.includes('gemma')) return { kind: 'level', levels: ['MINIMAL', 'HIGH'] };
  if (generation < 2.5) return { kind: 'none' };
  if (generation < 3) {
    if (model.includes('pro')) return { kind: 'budget', min: 128, max: 32_768, canBeOff: false };
    return { kind: 'budget', min: model.includes('lite') ? 512 : 1, max: 24_576, canBeOff: true };
  }
  if (generation === 3 && model.includes('pro')) return { kind: 'level', levels: ['LOW', 'HIGH'] };
  // Flash models up to 3.5 know MINIMAL; later ones and all Pro models refuse it.
  const hasMinimal = generation <= 3.5 && model.includes('flash');
  return { kind: 'level', levels: hasMinimal ? ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'] : ['LOW', 'MEDIUM', 'HIGH'] };
}
