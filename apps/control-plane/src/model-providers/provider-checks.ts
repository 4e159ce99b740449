import { Injectable } from '@nestjs/common';

import { normalizeFamily } from '#gateway-protocol';
import { EgressPolicy } from '#providers';

import { ControlPlaneConfig } from '../config/control-plane-config.js';
import { invalidFields } from '../management/invalid-fields.js';
import { readCredentials, type Credentials } from './provider-credentials.js';
import { upstreamUrlRefusal } from './upstream-url.js';

/** Judges what a model provider is to call, and with which credentials, before it is stored. */
@Injectable()
export class ProviderChecks {
  private readonly policy: EgressPolicy;

  constructor(config: ControlPlaneConfig) {
    this.policy = new EgressPolicy({
      blocksSpecialAddresses: config.blockLocalHttpCalls,
      requiresHttps: config.requireHttpsCustomEndpoints,
      allowedHosts: [...config.allowedProxyHosts],
    });
  }

  /** Refuses a base URL that must not be called, and the lack of one where nothing can be called without. */
  baseUrl(type: string, baseUrl: string | null): void {
    if (baseUrl !== null) {
      this.url('base_url', baseUrl);
    } else if (normalizeFamily(type) === 'custom') {
      throw invalidFields([{ path: 'base_url', message: 'is required for type custom' }]);
    }
  }

  /** Reads credentials of a vendor, the endpoint among them included. */
  credentials(type: string, input: unknown, baseUrl: string | null): Credentials {
    const reading = readCredentials(type, input, baseUrl);
    if (!reading.ok) throw invalidFields(reading.issues);
    const { endpoint } = reading.credentials;
    if (endpoint !== undefined) this.url('credentials.endpoint', endpoint);
    return reading.credentials;
  }

  private url(path: string, text: string): void {
    const refusal = upstreamUrlRefusal(text, this.policy);
    if (refusal !== undefined) throw invalidFields([{ path, message: refusal }]);
  }
}
