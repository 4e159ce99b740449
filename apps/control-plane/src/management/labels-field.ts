import { z } from 'zod';

const LABELS_MAX = 32;
const LABEL_CHARACTERS_MAX = 128;

/** Labels of model providers, such as `region:eu`: compared as they are, without repeats. */
export const labelsField = z
  .array(z.string().trim().min(1).max(LABEL_CHARACTERS_MAX))
  .max(LABELS_MAX)
  .transform((labels) => [...new Set(labels)]);
