import { z } from 'zod';
import type { Dialect } from '../../spec/dialect.js';
import {
  ProviderAdapter,
  type CredentialRules,
  type DeclaredModel,
  type UpstreamTarget,
} from '../../spec/provider-adapter.js';

/** An adapter as a team would write the smallest one. */
export class AcmeAdapter extends ProviderAdapter {
  override readonly families: readonly string[] = ['acme'];

  override readonly models: readonly DeclaredModel[] = [
    {
      id: 'acme-large',
      capabilities: { contextTokens: 32_000, tools: false },
      price: { input: 1_250_000, output: 5_000_001, cacheRead: 125_000 },
    },
    { id: 'acme-free' },
  ];

  override credentialRules(): CredentialRules {
    return { schema: z.strictObject({ api_key: z.string().min(1) }), baseUrl: 'optional' };
  }

  override dialects(): readonly Dialect[] {
    return ['openai-chat'];
  }

  override target(): UpstreamTarget {
    return { origin: 'https://api.acme.example', path: '/v1/chat/completions', method: 'POST', headers: {} };
  }
}
