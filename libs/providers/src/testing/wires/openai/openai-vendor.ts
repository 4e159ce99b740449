import { Complaint } from '../complaint.js';
import { bearerTokenOf, type BodyPath, type Vendor } from '../vendor.js';

const TYPE_AND_CODE: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  400: ['invalid_request_error', null],
  401: ['invalid_request_error', 'invalid_api_key'],
  404: ['invalid_request_error', 'model_not_found'],
  413: ['invalid_request_error', 'request_too_large'],
  429: ['requests', 'rate_limit_exceeded'],
  529: ['overloaded_error', null],
};

/** OpenAI, Azure OpenAI and all that speak like them. */
export const OPENAI_VENDOR: Vendor = {
  errorBody({ status, message, details }) {
    const [type, code] = TYPE_AND_CODE[status] ?? ['server_error', null];
    return { error: { message, type, param: details.field ?? null, code: details.code ?? code } };
  },
  errorHeaders: () => ({ 'x-request-id': 'req_fake' }),
  answerHeaders: (answerId) => ({ 'x-request-id': `req_${answerId}` }),
  bodyComplaint(path, problem) {
    const field = spell(path);
    switch (problem.kind) {
      case 'unknown': {
        const name = spell([...path, problem.name]);
        return new Complaint(400, `Unknown parameter: '${name}'.`, { code: 'unknown_parameter', field: name });
      }
      case 'missing':
        return new Complaint(400, `Missing required parameter: '${field}'.`, {
          code: 'missing_required_parameter',
          field,
        });
      default:
        return new Complaint(400, `Invalid value for '${field}': ${problem.problem}.`, {
          code: 'invalid_value',
          field,
        });
    }
  },
  contextLengthComplaint: () =>
    new Complaint(
      400,
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 250000 tokens. Please reduce the length of the messages.",
      { code: 'context_length_exceeded', field: 'messages' },
    ),
  credentialComplaint(call, key) {
    // Azure has a header of its own.
    const given = call.header('api-key') ?? bearerTokenOf(call);
    if (given === undefined) {
      return new Complaint(401, "You didn't provide an API key. You need to provide it in an Authorization header.");
    }
    return key === undefined || given === key ? undefined : new Complaint(401, 'Incorrect API key provided.');
  },
};

/** A path as OpenAI spells it: `messages[0].content`. */
function spell(path: BodyPath): string {
  return path
    .map((one) => (typeof one === 'number' ? `[${one}]` : `.${one}`))
    .join('')
    .replace(/^\./, '');
}
