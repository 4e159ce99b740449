import type { EmbeddingsRequest } from '../../spec/embeddings.js';
import { UnsupportedFieldError, type LossReport } from '../../spec/loss-report.js';

/**
 * The inputs as texts.
 *
 * @throws UnsupportedFieldError for tokens, which only their own vendor's models understand.
 */
export function inputTexts({ inputs }: EmbeddingsRequest): readonly string[] {
  return inputs.map((input) => {
    if (typeof input === 'string') return input;
    throw new UnsupportedFieldError('input', 'Bedrock embeds text, not tokens that were counted for other models');
  });
}

/** Reports what no model on Bedrock has a name for. */
export function dropForeignNames({ user, title, unknownNames }: EmbeddingsRequest, losses: LossReport): void {
  if (user !== undefined) losses.drop('user', 'Bedrock has no name for it');
  if (title !== undefined) losses.drop('title', 'Bedrock has no name for it');
  for (const name of unknownNames) losses.drop(name, 'Bedrock has no name for it');
}
