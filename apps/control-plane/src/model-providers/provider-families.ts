import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { AdapterRegistry, type CredentialRules } from '#providers';

const apiKey = z.strictObject({ api_key: z.string().trim().min(1).max(16_384) });

/** Vendors whose credentials are kept for gateways of other makes: no adapter of ours speaks to them. */
const KEPT_FOR_OTHERS: ReadonlyMap<string, CredentialRules> = new Map([
  ['elevenlabs', { schema: apiKey, baseUrl: 'optional' }],
]);

/** The vendors that a model provider can be of, by their one name, and what each wants of its credentials. */
@Injectable()
export class ProviderFamilies {
  readonly names: readonly string[];

  constructor(private readonly adapters: AdapterRegistry) {
    this.names = [...new Set([...adapters.families, ...KEPT_FOR_OTHERS.keys()])];
  }

  /** The rules of `family` (normalised), or undefined when nobody knows it. */
  rulesOf(family: string): CredentialRules | undefined {
    return this.adapters.find(family)?.credentialRules(family) ?? KEPT_FOR_OTHERS.get(family);
  }
}
