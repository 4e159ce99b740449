import type { Bundle } from '#gateway-protocol';

/** Distinct model names, not vouched for by configuration, that become label values; later ones are `other`. */
const FREE_MODELS_MAX = 100;

/** Longest model name that becomes a label value. */
const LABEL_CHARACTERS_MAX = 128;

/**
 * Turns models into label values of bounded number, since clients choose model names (contract 11.1).
 *
 * A model that the key's configuration names is itself; of all others the first {@link FREE_MODELS_MAX} of the process
 * are, the rest are `other`. No model is `unknown`.
 */
export class ModelLabel {
  private readonly free = new Set<string>();

  /** The label value of `model`, as resolved for `bundle`. */
  of(model: string | undefined, bundle: Bundle | undefined): string {
    if (model === undefined || model === '') return 'unknown';
    if (this.free.has(model)) return model;
    if (model.length > LABEL_CHARACTERS_MAX) return 'other';
    if (bundle?.routing.modelsAllowed?.includes(model) === true) return model;
    if (this.free.size >= FREE_MODELS_MAX) return 'other';
    this.free.add(model);
    return model;
  }
}
