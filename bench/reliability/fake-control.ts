import { z } from 'zod';
import { rawRequest } from '../../test/support/raw-http.js';

const requestsSchema = z.array(z.object({ url: z.string(), body: z.string() }));

/** Counts the requests whose path holds one text and that name a model. */
export type RequestCount = (pathPart: string, model: string) => number;

/** The control routes of a fake upstream, as far as a run needs them. */
export class FakeControl {
  constructor(private readonly url: string) {}

  /** Queues what happens to requests. */
  async script(entries: readonly object[]): Promise<void> {
    if (entries.length > 0) await this.call('POST', 'script', entries);
  }

  /** Forgets requests and queue. */
  async reset(): Promise<void> {
    await this.call('DELETE', 'requests');
  }

  /** What it was asked since the last reset. */
  async countRequests(): Promise<RequestCount> {
    const requests = requestsSchema.parse(await this.call('GET', 'requests'));
    const texts = requests.map(({ url, body }) => `${decodeURIComponent(url)}\n${Buffer.from(body, 'base64')}`);
    return (pathPart, model) => texts.filter((text) => text.includes(pathPart) && text.includes(model)).length;
  }

  private async call(method: string, action: string, body?: object): Promise<unknown> {
    // A connection of its own: a kept one may be closed for idleness at the very moment that it is used.
    const options = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await rawRequest(`${this.url}/__fake/${action}`, options);
    const text = answer.body.toString();
    if (answer.status !== 200) throw new Error(`the fake upstream refused ${action}: ${text}`);
    return JSON.parse(text);
  }
}
