import { JsonScanError } from '#providers';
import { GatewayError } from '../errors/gateway-error.js';

/**
 * Looks at a request body with `read`.
 *
 * @throws GatewayError `bad_request` when the body is no JSON object, or says one of the members that matter twice.
 */
export function readOrRefuse<Request>(read: () => Request): Request {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    throw new GatewayError('bad_request', {
      message: `The request body cannot be read: ${error.message}.`,
      cause: error,
    });
  }
}
