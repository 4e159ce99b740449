/** A model on Vertex AI: whose it is, and its name there. */
export interface VertexModel {
  /** Who publishes it; `other` for those whom Google serves over its OpenAI-compatible endpoint. */
  readonly publisher: 'google' | 'anthropic' | 'other';
  readonly name: string;
}

const CLAUDE = /^(?:anthropic\/)?(claude-.+)$/;

/** Vertex AI parts a date from a Claude model's name by `@` where Anthropic itself has a dash. */
const DATED = /-(\d{8})$/;

const GOOGLE = /^(?:google\/|models\/)/;

/** Reads a model's name, with or without its publisher before it. A name that says nothing is Google's. */
export function readVertexModel(model: string): VertexModel {
  const claude = CLAUDE.exec(model)?.[1];
  if (claude !== undefined) return { publisher: 'anthropic', name: claude.replace(DATED, '@$1') };
  if (!GOOGLE.test(model) && model.includes('/')) return { publisher: 'other', name: model };
  return { publisher: 'google', name: model.replace(GOOGLE, '') };
}
