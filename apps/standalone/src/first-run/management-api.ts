import { z } from 'zod';
import { StartupError } from '../startup-error.js';

const CALL_TIMEOUT_MS = 15_000;
const errorSchema = z.object({ error: z.object({ code: z.string().optional(), message: z.string() }) });

/** The control plane's management REST API, as its administrator. */
export class ManagementApi {
  constructor(
    private readonly controlPlaneUrl: string,
    private readonly adminKey: string,
  ) {}

  /** Creates something; repeating it with the same `idempotencyKey` within a day answers the same. */
  async create<Schema extends z.ZodType>(
    path: string,
    body: object,
    answer: Schema,
    idempotencyKey?: string,
  ): Promise<z.output<Schema>> {
    return this.call(
      'POST',
      path,
      body,
      answer,
      idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
    );
  }

  /** Changes the named fields of something. */
  async update(path: string, body: object): Promise<void> {
    await this.call('PATCH', path, body, z.unknown(), {});
  }

  private async call<Schema extends z.ZodType>(
    method: string,
    path: string,
    body: object,
    answer: Schema,
    headers: Readonly<Record<string, string>>,
  ): Promise<z.output<Schema>> {
    const response = await fetch(`${this.controlPlaneUrl}/api/gateway/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.adminKey}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    const text = await response.text();
    if (response.ok) return answer.parse(JSON.parse(text));
    throw new StartupError(refusal(`${method} ${path}`, response.status, text));
  }
}

function refusal(call: string, status: number, text: string): string {
  if (status === 401) {
    return 'The keys in local.json do not fit the data: delete that file to get new keys, or start over with `npm start -- --reset`.';
  }
  let detail = '';
  try {
    const parsed = errorSchema.safeParse(JSON.parse(text));
    if (parsed.success) detail = `: ${parsed.data.error.message}`;
  } catch {
    // An answer that is no JSON says nothing that a person could use.
  }
  return `The control plane refused ${call} with ${status}${detail}`;
}
