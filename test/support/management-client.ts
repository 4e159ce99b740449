import { z } from 'zod';

const providerSchema = z.object({ model_provider: z.object({ id: z.string() }) });
const keySchema = z.object({ virtual_key: z.object({ id: z.string() }), secret: z.string() });
const budgetSchema = z.object({ budget: z.object({ id: z.string() }) });

/** A virtual key as its owner gets it. */
export interface CreatedKey {
  readonly id: string;
  /** The whole key. */
  readonly secret: string;
}

/** The control plane's management REST API, used as an administrator does. */
export class ManagementClient {
  constructor(
    private readonly controlPlaneUrl: string,
    /** The administrator's own key. */
    readonly adminKey: string,
    private readonly projectId: string,
  ) {}

  /** Creates a model provider and answers its id. */
  async createModelProvider(body: object): Promise<string> {
    return providerSchema.parse(await this.call('POST', '/model-providers', body)).model_provider.id;
  }

  /** Creates a virtual key whose spend belongs to the project, and which falls back over its providers. */
  async createVirtualKey(body: object = {}): Promise<CreatedKey> {
    const given = { name: 'test key', trace_project_id: this.projectId, routing_mode: 'fallback_all', ...body };
    const { virtual_key: key, secret } = keySchema.parse(await this.call('POST', '/virtual-keys', given));
    return { id: key.id, secret };
  }

  /** Creates a budget and answers its id. */
  async createBudget(body: object): Promise<string> {
    return budgetSchema.parse(await this.call('POST', '/budgets', body)).budget.id;
  }

  /** Calls any route and answers its body; throws unless the status is a success. */
  async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.controlPlaneUrl}/api/gateway/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.adminKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was refused with ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}
