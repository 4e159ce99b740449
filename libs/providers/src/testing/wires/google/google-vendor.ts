import { Complaint } from '../complaint.js';
import { bearerTokenOf, type BodyPath, type Vendor } from '../vendor.js';

const STATUS_WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  413: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const ERROR_INFO = 'type.googleapis.com/google.rpc.ErrorInfo';

/** Google: the Gemini API and Vertex AI. */
export const GOOGLE_VENDOR: Vendor = {
  errorBody({ status, message, details }) {
    const reasons = details.code === undefined ? {} : { details: [{ '@type': ERROR_INFO, reason: details.code }] };
    return { error: { code: status, message, status: STATUS_WORDS[status] ?? 'UNKNOWN', ...reasons } };
  },
  errorHeaders: () => ({}),
  answerHeaders: () => ({ 'x-gemini-service-tier': 'standard' }),
  bodyComplaint(path, problem) {
    const where = spell(path);
    switch (problem.kind) {
      case 'unknown': {
        const at = where === '' ? '' : ` at '${where}'`;
        return new Complaint(
          400,
          `Invalid JSON payload received. Unknown name "${problem.name}"${at}: Cannot find field.`,
        );
      }
      case 'missing':
        return new Complaint(400, `* GenerateContentRequest.${where}: ${where} is not specified`);
      default:
        return new Complaint(400, `Invalid value at '${where}' (${problem.problem})`);
    }
  },
  contextLengthComplaint: () =>
    new Complaint(400, 'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).'),
  credentialComplaint(call, key) {
    const given = call.header('x-goog-api-key') ?? call.query.get('key') ?? bearerTokenOf(call);
    if (given === undefined) {
      return new Complaint(403, "Method doesn't allow unregistered callers (callers without established identity).");
    }
    if (key === undefined || given === key) return undefined;
    return new Complaint(400, 'API key not valid. Please pass a valid API key.', { code: 'API_KEY_INVALID' });
  },
};

/** A path as Google spells it: `contents[0].parts[0]`. */
function spell(path: BodyPath): string {
  return path
    .map((one) => (typeof one === 'number' ? `[${one}]` : `.${one}`))
    .join('')
    .replace(/^\./, '');
}
