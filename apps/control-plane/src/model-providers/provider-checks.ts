import { Injectable } from '@nestjs/common';

import { normalizeFamily } from '#gateway-protocol';
import { EgressPolicy, type CredentialRules } from '#providers';

import { ControlPlaneConfig } from '../config/control-plane-config.js';
import { invalidFields } from '../management/invalid-fields.js';
import { readCredentials, type Credentials } from './provider-credentials.js';
import { ProviderFamilies } from './provider-families.js';
import { upstreamUrlRefusal } from './upstream-url.js';

/** Vendors that take no key only at an endpoint of one's own: their own API always wants one. */
const KEYLESS_ONLY_ELSEWHERE: ReadonlySet<string> = new Set(['anthropic']);

/** Judges what a model provider is to call, and with which credentials, before it is stored. */
@Injectable()
export class ProviderChecks {
  private readonly policy: EgressPolicy;

  constructor(
    config: ControlPlaneConfig,
    private readonly families: ProviderFamilies,
  ) {
    this.policy = new EgressPolicy({
      blocksSpecialAddresses: config.blockLocalHttpCalls,
      requiresHttps: config.requireHttpsCustomEndpoints,
      allowedHosts: [...config.allowedProxyHosts],
    });
  }

  /** Refuses a handle that is the name of a vendor: `<name>/<model>` already means that vendor. */
  handle(handle: string): void {
    if (!this.families.names.includes(normalizeFamily(handle))) return;
    throw invalidFields([{ path: 'handle', message: 'must not be the name of a vendor' }]);
  }

  /** Refuses a base URL that must not be called, one where none is taken, and the lack of one that is needed. */
  baseUrl(type: string, baseUrl: string | null): void {
    const rules = this.rulesOf(type);
    if (baseUrl === null) {
      if (rules.baseUrl !== 'required') return;
      throw invalidFields([{ path: 'base_url', message: `is required for type ${normalizeFamily(type)}` }]);
    }
    if (rules.baseUrl === 'refused') {
      throw invalidFields([{ path: 'base_url', message: `is not taken for type ${normalizeFamily(type)}` }]);
    }
    this.url('base_url', baseUrl);
  }

  /** Reads credentials of a vendor, the URLs among them included. */
  credentials(type: string, input: unknown, baseUrl: string | null): Credentials {
    const rules = this.rulesOf(type);
    const reading = readCredentials(rules, input);
    if (!reading.ok) throw invalidFields(reading.issues);
    const { credentials } = reading;
    for (const name of rules.urlNames ?? []) {
      const url = credentials[name];
      if (url !== undefined) this.url(`credentials.${name}`, url);
    }
    const isKeyless = credentials['api_key'] === undefined && baseUrl === null;
    if (isKeyless && KEYLESS_ONLY_ELSEWHERE.has(normalizeFamily(type))) {
      const message = 'is required unless base_url names an endpoint of your own';
      throw invalidFields([{ path: 'credentials.api_key', message }]);
    }
    return credentials;
  }

  private rulesOf(type: string): CredentialRules {
    const rules = this.families.rulesOf(normalizeFamily(type));
    if (rules !== undefined) return rules;
    throw invalidFields([{ path: 'type', message: `unknown type; known are ${this.families.names.join(', ')}` }]);
  }

  private url(path: string, text: string): void {
    const refusal = upstreamUrlRefusal(text, this.policy);
    if (refusal !== undefined) throw invalidFields([{ path, message: refusal }]);
  }
}
