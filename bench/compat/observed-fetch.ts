import { AsyncLocalStorage } from 'node:async_hooks';

/** What the gateway answered while one cell of the matrix was tried. */
export interface Observed {
  /** Names that it left out of translated requests. */
  readonly dropped: Set<string>;
  /** The last error of its own; undefined when there was none. */
  refusal: Refusal | undefined;
}

/** An error of the gateway's own, in whatever dialect. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const store = new AsyncLocalStorage<Observed>();
const originalFetch = globalThis.fetch;

// Every SDK calls the global function, and not all of them show the headers of what they got.
globalThis.fetch = async (input, init) => {
  const response = await originalFetch(input, init);
  const observed = store.getStore();
  if (observed !== undefined) await note(response, observed);
  return response;
};

/** Runs `act` and tells what was seen of the gateway meanwhile, in `observed` too when it throws. */
export function observe<Result>(observed: Observed, act: () => Promise<Result>): Promise<Result> {
  return store.run(observed, act);
}

async function note(response: Response, observed: Observed): Promise<void> {
  for (const name of response.headers.get('x-langwatch-params-dropped')?.split(',') ?? []) observed.dropped.add(name);
  if (response.status < 400) return;
  observed.refusal = readRefusal(response.status, await response.clone().text());
}

/** Our code is `error.code` in OpenAI's and Anthropic's shape, and the reason of the first detail in Google's. */
function readRefusal(status: number, text: string): Refusal | undefined {
  try {
    const { error } = JSON.parse(text) as { error: ErrorBody };
    const code = typeof error.code === 'string' ? error.code : error.details?.[0]?.reason;
    const isOurs = error.fault !== undefined || error.details?.[0]?.domain === 'ai-gateway';
    return isOurs && code !== undefined ? { status, code, message: error.message } : undefined;
  } catch {
    return undefined;
  }
}

interface ErrorBody {
  readonly message: string;
  readonly code?: string | number;
  readonly fault?: string;
  readonly details?: readonly { readonly reason?: string; readonly domain?: string }[];
}
