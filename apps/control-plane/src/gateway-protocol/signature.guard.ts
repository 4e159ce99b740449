import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '#kernel';
import { SIGNATURE_HEADERS, verifyRequest } from '#gateway-protocol';
import { ControlPlaneConfig } from '../config/control-plane-config.js';
import { protocolError } from './protocol-error.js';

const NOTHING = new Uint8Array();

/** Lets only gateways in: every request must be signed with the shared secret, or the one before (contract 3.1). */
@Injectable()
export class SignatureGuard implements CanActivate {
  constructor(
    private readonly config: ControlPlaneConfig,
    private readonly clock: Clock,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { body } = request;
    const refusal = verifyRequest(
      {
        method: request.method,
        path: request.url.split('?', 1).join(''),
        body: Buffer.isBuffer(body) ? body : NOTHING,
        signature: singleHeader(request, SIGNATURE_HEADERS.signature),
        timestamp: singleHeader(request, SIGNATURE_HEADERS.timestamp),
      },
      this.config.internalSecrets,
      Math.floor(this.clock.now() / 1000),
    );
    if (refusal !== undefined) throw protocolError(refusal);
    return true;
  }
}

function singleHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
