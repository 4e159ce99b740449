import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GatewayConfig } from '../config/gateway-config.js';
import type { Departure } from '../exchange/departure.js';
import { GatewayError } from '../errors/gateway-error.js';
import { decodeContent, readContentCodings } from './content-decoding.js';

const NOTHING = Buffer.alloc(0);

/** Reads request bodies whole, within the configured size, and undoes their content encoding. */
@Injectable()
export class RequestBodyReader {
  private readonly bytesMax: number;

  constructor(config: GatewayConfig) {
    this.bytesMax = config.requestBodyBytesMax;
  }

  /**
   * The decoded body. A declared length over the limit is refused at once, without reading a byte.
   *
   * @throws GatewayError `payload_too_large`, `bad_request`, or the client's departure as `bad_request`.
   */
  async read(request: FastifyRequest, departure: Departure): Promise<Buffer> {
    const { headers } = request;
    const codings = readContentCodings(headers['content-encoding']);
    if (Number(headers['content-length'] ?? 0) > this.bytesMax) throw this.tooLarge();
    const body = await this.collect(request.raw, departure);
    return codings.length === 0 ? body : decodeContent(body, codings, this.bytesMax);
  }

  private collect(source: IncomingMessage, departure: Departure): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const onData = (chunk: Buffer): void => {
        bytes += chunk.length;
        if (bytes > this.bytesMax) {
          source.pause();
          settle(() => reject(this.tooLarge()));
        } else {
          chunks.push(chunk);
        }
      };
      const onEnd = (): void =>
        settle(() => resolve(chunks.length === 1 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks, bytes)));
      const onCut = (): void =>
        settle(() => reject(new GatewayError('bad_request', { message: 'The request body ended early.' })));
      const settle = (how: () => void): void => {
        source.off('data', onData);
        source.off('end', onEnd);
        source.off('error', onCut);
        departure.unsubscribe(onCut);
        how();
      };
      source.on('data', onData);
      source.on('end', onEnd);
      source.on('error', onCut);
      departure.subscribe(onCut);
      if (departure.aborted || source.destroyed) onCut();
    });
  }

  private tooLarge(): GatewayError {
    return new GatewayError('payload_too_large', {
      message: `The request body is larger than ${this.bytesMax} bytes.`,
      meta: { limit_bytes: this.bytesMax },
      closesConnection: true,
    });
  }
}
