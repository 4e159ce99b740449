import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { invariant } from '#kernel';

import type { Actor } from '../audit/actor.js';
import { apiError } from '../errors/api-error.js';
import { AdminKeys } from './admin-keys.js';

/** Kept beside the request, not on it: only this file can set or read who acts. */
const ACTORS = new WeakMap<FastifyRequest, Actor>();

/**
 * Lets a request with a valid admin key pass and remembers who acts. Otherwise 401 `invalid_credentials`.
 *
 * The key comes in `Authorization: Bearer` or, when that header is absent, in `X-Auth-Token`.
 */
@Injectable()
export class AdminKeyGuard implements CanActivate {
  constructor(private readonly adminKeys: AdminKeys) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const secret = presentedKey(request);
    const actor = secret === undefined ? undefined : await this.adminKeys.authenticate(secret);
    if (actor === undefined) throw apiError('invalid_credentials');
    ACTORS.set(request, actor);
    return true;
  }
}

/** Who acts, in a handler behind {@link AdminKeyGuard}. */
export const ActingAdmin = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const actor = ACTORS.get(context.switchToHttp().getRequest<FastifyRequest>());
  invariant(actor !== undefined, '@ActingAdmin() stands behind AdminKeyGuard');
  return actor;
});

function presentedKey(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) return /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  const token = request.headers['x-auth-token'];
  return typeof token === 'string' ? token.trim() : undefined;
}
