import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The largest request body that is read: room for 500 spend records with all their labels. */
export const BODY_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Hands bodies to handlers as the bytes that were sent, whatever their content type says.
 *
 * Signatures cover the exact bytes (contract 3.1), so nothing may parse them before the guard has seen them. Handlers
 * parse with `parseJson`.
 */
export function keepRawBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => {
    done(null, body);
  });
}
