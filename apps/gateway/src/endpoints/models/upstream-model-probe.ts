import { UpstreamPools, type UpstreamTarget } from '#providers';
import { Injectable, Logger } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import { GatewayVersion } from '../../gateway-version.js';
import { readModelIds } from './model-list-answer.js';
import { ModelProbe } from './model-probe.js';

/** Largest model list that is read, in bytes; a larger one counts as no list. */
const LIST_BYTES_MAX = 1024 * 1024;

/** Asks providers over the pools that requests use, so under the same egress policy. It follows no redirect. */
@Injectable()
export class UpstreamModelProbe extends ModelProbe {
  private readonly logger = new Logger('ModelDiscovery');

  constructor(
    private readonly pools: UpstreamPools,
    private readonly version: GatewayVersion,
  ) {
    super();
  }

  override async list(target: UpstreamTarget, signal: AbortSignal): Promise<readonly string[] | undefined> {
    const { origin } = target;
    try {
      const { statusCode, body } = await this.pools.get(origin).request(this.requestFor(target, signal));
      if (statusCode === 200) {
        const text = await readBounded(body);
        const ids = text === undefined ? undefined : readModelIds(text);
        if (ids === undefined) this.logger.warn({ msg: 'model_list_unusable', origin });
        return ids;
      }
      await body.dump();
      this.logger.warn({ msg: 'model_list_refused', origin, status: statusCode });
    } catch (error) {
      this.logger.warn({ msg: 'model_list_unreachable', origin, cause: String(error) });
    }
    return undefined;
  }

  private requestFor(target: UpstreamTarget, signal: AbortSignal): Dispatcher.RequestOptions {
    return {
      method: 'GET',
      path: target.path,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': this.version.userAgent,
        ...target.headers,
      },
      signal,
    };
  }
}

/** The text of a body, or undefined when it is longer than {@link LIST_BYTES_MAX}; the rest is then not read. */
async function readBounded(body: AsyncIterable<Buffer>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > LIST_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
