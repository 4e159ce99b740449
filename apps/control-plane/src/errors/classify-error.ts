import { HttpException } from '@nestjs/common';
import { isDatabaseUnavailable } from '../database/database-unavailable.js';
import { ApiError, apiError } from './api-error.js';

/** Turns whatever a handler threw into what the client may know. Everything that is not expected is `internal_error`. */
export function classifyError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (isDatabaseUnavailable(error)) return apiError('database_unavailable', { cause: error });
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status === 404) return apiError('not_found');
  if (status === 405) return apiError('method_not_allowed');
  if (status === 413) return apiError('payload_too_large');
  if (status !== undefined && status >= 400 && status < 500) return apiError('bad_request', { cause: error });
  return apiError('internal_error', { cause: error });
}

/** Fastify's own errors carry their status as a property. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
