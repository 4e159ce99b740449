import OpenAI from 'openai';

/** OpenAI's own SDK, in front of a server that gives this answer to everything. */
export function sdkClient(body: string, contentType: string, status = 200): OpenAI {
  const answer = (): Promise<Response> =>
    Promise.resolve(new Response(body, { status, headers: { 'content-type': contentType } }));
  return new OpenAI({ apiKey: 'none', baseURL: 'http://127.0.0.1/v1', maxRetries: 0, fetch: answer });
}

/** OpenAI's own SDK, in front of a server that streams this. */
export function streamingSdkClient(stream: string): OpenAI {
  return sdkClient(stream, 'text/event-stream');
}
