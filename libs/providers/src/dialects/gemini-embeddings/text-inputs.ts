import type { EmbeddingsRequest } from '../../spec/embeddings.js';
import type { LossReport } from '../../spec/loss-report.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';

/**
 * The inputs of a request as texts, which are all that Google embeds.
 *
 * @throws UnsupportedFieldError for inputs that are tokens: they were counted with a vocabulary that Google does not have.
 */
export function textInputs({ inputs, user }: EmbeddingsRequest, losses: LossReport): readonly string[] {
  if (user !== undefined) losses.drop('user', "Google's embeddings have no end user");
  return inputs.map((input) => {
    if (typeof input === 'string') return input;
    throw new UnsupportedFieldError('input', 'Google embeds text; lists of tokens mean nothing to it');
  });
}
