import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { classifyError } from './classify-error.js';
import { renderError } from './render-error.js';

/** Answers every error with the envelope of contract 2.9, and logs those that are our own fault. */
@Catch()
export class ApiErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ApiErrorFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = classifyError(exception);
    if (error.status >= 500) this.logger.error({ err: error.cause ?? error, code: error.code }, error.message);
    if (reply.sent) return;
    const { status, headers, body } = renderError(error);
    void reply.status(status).headers(headers).send(body);
  }
}
