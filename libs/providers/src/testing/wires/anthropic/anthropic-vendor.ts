import { Complaint } from '../complaint.js';
import { bearerTokenOf, type Vendor } from '../vendor.js';

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  503: 'overloaded_error',
  529: 'overloaded_error',
};

/** The type that Anthropic gives to an error with a status. */
export function anthropicErrorType(status: number): string {
  return TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}

/** Anthropic. */
export const ANTHROPIC_VENDOR: Vendor = {
  errorBody: ({ status, message }) => ({
    type: 'error',
    error: { type: anthropicErrorType(status), message },
    request_id: 'req_fake',
  }),
  errorHeaders: () => ({ 'request-id': 'req_fake' }),
  answerHeaders: (answerId) => ({ 'request-id': `req_${answerId}` }),
  bodyComplaint(path, problem) {
    switch (problem.kind) {
      case 'unknown':
        return new Complaint(400, `${[...path, problem.name].join('.')}: Extra inputs are not permitted`);
      case 'missing':
        return new Complaint(400, `${path.join('.')}: Field required`);
      default:
        return new Complaint(400, `${path.join('.')}: ${problem.problem}`);
    }
  },
  contextLengthComplaint: () => new Complaint(400, 'prompt is too long: 250000 tokens > 200000 maximum'),
  credentialComplaint(call, key) {
    const given = call.header('x-api-key') ?? bearerTokenOf(call);
    if (given === undefined) return new Complaint(401, 'x-api-key header is required');
    return key === undefined || given === key ? undefined : new Complaint(401, 'invalid x-api-key');
  },
};
