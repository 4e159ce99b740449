import { fastify } from 'fastify';
import { request as requestUpstream } from 'undici';
import { serveAsChild } from '../child-side.js';

/**
 * What the gateway is compared with: Fastify and `undici.request`, and nothing else. It reads the body, sends it on, and
 * streams the answer back.
 */
const upstreamUrl = process.env['UPSTREAM_URL'] ?? '';
const app = fastify({ logger: false });
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/*', async (request, reply) => {
  const { statusCode, headers, body } = await requestUpstream(upstreamUrl + request.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: request.body as Buffer,
  });
  return reply.code(statusCode).header('content-type', headers['content-type']).send(body);
});
await app.ready();
await serveAsChild(app.server);
