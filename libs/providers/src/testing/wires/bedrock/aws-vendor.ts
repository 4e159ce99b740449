import { Complaint } from '../complaint.js';
import { bearerTokenOf, type Vendor } from '../vendor.js';

const TYPES: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
};

const SIGNATURE =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/\d{8}\/[^/]+\/bedrock\/aws4_request, ?SignedHeaders=[^,]*\bhost\b[^,]*, ?Signature=[0-9a-f]{64}$/;

/** The type that AWS gives to an error with a status. */
export function awsErrorType(status: number): string {
  return TYPES[status] ?? 'InternalServerException';
}

/** AWS Bedrock. A signature is looked at, not recomputed: the key is the id of the access key. */
export const AWS_VENDOR: Vendor = {
  errorBody: ({ message }) => ({ message }),
  errorHeaders: ({ status, details }) => ({
    'x-amzn-errortype': `${details.code ?? awsErrorType(status)}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
    'x-amzn-requestid': 'fake',
  }),
  answerHeaders: (answerId) => ({ 'x-amzn-requestid': answerId }),
  bodyComplaint(path, problem) {
    const where = path.map((one) => `/${one}`).join('');
    switch (problem.kind) {
      case 'unknown':
        return malformed(where, `extraneous key [${problem.name}] is not permitted`);
      case 'missing':
        return malformed(where, 'required key is missing');
      default:
        return malformed(where, problem.problem);
    }
  },
  contextLengthComplaint: () => new Complaint(400, 'Input is too long for requested model.'),
  credentialComplaint(call, key) {
    const given = SIGNATURE.exec(call.header('authorization') ?? '')?.[1] ?? bearerTokenOf(call);
    if (given === undefined)
      return new Complaint(403, 'Missing Authentication Token', { code: 'MissingAuthenticationTokenException' });
    if (key === undefined || given === key) return undefined;
    return new Complaint(403, 'The security token included in the request is invalid.', {
      code: 'UnrecognizedClientException',
    });
  },
};

function malformed(where: string, problem: string): Complaint {
  return new Complaint(
    400,
    `Malformed input request: #${where}: ${problem}, please reformat your input and try again.`,
  );
}
