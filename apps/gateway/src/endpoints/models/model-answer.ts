import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';
import { identityHeaders, type Exchange } from '../../exchange/exchange.js';
import { GatewayVersion } from '../../gateway-version.js';
import type { ModelEntry } from './model-catalogue.js';
import type { DirectoryListing } from './model-directory.js';

/** Longest part of an unknown id that an error repeats. */
const REPEATED_CHARACTERS_MAX = 256;

/** Answers with what a key's models are, in whatever dialect. */
@Injectable()
export class ModelAnswer {
  constructor(private readonly version: GatewayVersion) {}

  /** Sends `body`, and says what of the list could not be found out. */
  send(exchange: Exchange, reply: FastifyReply, { gaps }: DirectoryListing, body: object): void {
    if (exchange.departure.aborted) return;
    void reply
      .headers({
        ...identityHeaders(exchange, this.version.text),
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        ...(gaps.length === 0 ? {} : { 'x-langwatch-models-discovery-incomplete': gaps.join(',') }),
      })
      .send(JSON.stringify(body));
  }

  /**
   * The model with that id.
   *
   * @throws GatewayError `not_found` when the key may use none of that id.
   */
  find({ models, gaps }: DirectoryListing, id: string): ModelEntry {
    const model = models.find((entry) => entry.id === id);
    if (model !== undefined) return model;
    throw new GatewayError('not_found', {
      message: `There is no model "${id.slice(0, REPEATED_CHARACTERS_MAX)}" that this key may use.`,
      ...(gaps.length === 0 ? {} : { meta: { discovery_incomplete: gaps } }),
    });
  }
}
