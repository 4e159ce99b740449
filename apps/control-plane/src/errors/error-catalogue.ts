/** Who can do something about an error. */
export type Fault = 'customer' | 'platform';

/** What a client is told about one kind of failure. */
export interface ErrorEntry {
  readonly status: number;
  /** One sentence for people. It carries no internals and nothing of the request's content. */
  readonly message: string;
  readonly fault: Fault;
}

/** Every error that the management API can answer, by code. The code is the contract; the sentence may be improved. */
export const ERROR_CATALOGUE = {
  bad_request: { status: 400, message: 'The request is malformed.', fault: 'customer' },
  invalid_json: { status: 400, message: 'The request body is not valid JSON.', fault: 'customer' },
  validation_error: { status: 400, message: 'Some fields of the request are not valid.', fault: 'customer' },
  invalid_cursor: { status: 400, message: 'The cursor was not issued by this list.', fault: 'customer' },
  not_supported_yet: {
    status: 400,
    message: 'This setting cannot be enforced yet, so it is refused.',
    fault: 'customer',
  },
  virtual_key_expiry_in_past: { status: 400, message: 'expires_at must lie in the future.', fault: 'customer' },
  trace_project_required: {
    status: 400,
    message: 'trace_project_id is required: the scopes do not name exactly one project.',
    fault: 'customer',
  },
  gateway_trace_project_ambiguous: {
    status: 400,
    message: 'The scopes name several projects: say which one in trace_project_id.',
    fault: 'customer',
  },
  gateway_trace_project_unknown: { status: 400, message: 'trace_project_id names no project.', fault: 'customer' },
  gateway_budget_scope_unreachable: {
    status: 400,
    message: 'No virtual key sends its spend to this scope; allow_unreachable creates the budget nevertheless.',
    fault: 'customer',
  },
  gateway_budget_cycle_anchor_invalid: {
    status: 400,
    message: 'A window that never resets by itself takes no cycle_anchor_at.',
    fault: 'customer',
  },
  invalid_credentials: { status: 401, message: 'The API key is missing, unknown or revoked.', fault: 'customer' },
  not_found: { status: 404, message: 'There is nothing here.', fault: 'customer' },
  method_not_allowed: { status: 405, message: 'This method is not allowed here.', fault: 'customer' },
  external_id_conflict: { status: 409, message: 'external_id is already in use.', fault: 'customer' },
  virtual_key_revoked: { status: 409, message: 'The virtual key is revoked, which is final.', fault: 'customer' },
  idempotency_error: { status: 409, message: 'The Idempotency-Key was used for another request.', fault: 'customer' },
  conflict: { status: 409, message: 'The request conflicts with the present state.', fault: 'customer' },
  payload_too_large: { status: 413, message: 'The request body is too large.', fault: 'customer' },
  internal_error: { status: 500, message: 'Something went wrong on our side.', fault: 'platform' },
  not_implemented: { status: 501, message: 'This endpoint is not implemented.', fault: 'platform' },
  database_unavailable: { status: 503, message: 'The database cannot be reached. Retry shortly.', fault: 'platform' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
