/** Codes by which planning refuses a request. */
export type PlanRefusalCode =
  | 'missing_model'
  | 'model_not_allowed'
  | 'model_not_recognized'
  | 'model_not_priced'
  | 'model_provider_not_bound'
  | 'no_provider_configured'
  | 'budget_exceeded';

/** Why a request has nowhere to go, in public words. */
export interface PlanRefusal {
  readonly kind: 'refused';
  readonly code: PlanRefusalCode;
  readonly message: string;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** Makes a refusal; `message` is public, `meta` are facts for the client. */
export function refuse(code: PlanRefusalCode, message: string, meta?: Readonly<Record<string, unknown>>): PlanRefusal {
  return meta === undefined ? { kind: 'refused', code, message } : { kind: 'refused', code, message, meta };
}
