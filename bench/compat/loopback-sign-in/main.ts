/**
 * Loaded into the gateway before anything else: where it would sign in to Google or to Microsoft, it is led to loopback.
 * The adapters know no other address than the vendors' own, on purpose, so this is the only way to see them whole.
 */
import { registerHooks } from 'node:module';

const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';
const tokenUrl = process.env['COMPAT_TOKEN_URL'] ?? '';

const originalFetch = globalThis.fetch;
globalThis.fetch = (input, init) => originalFetch(input === GOOGLE_TOKEN_URL ? tokenUrl : input, init);

/** Stands for Microsoft's library, whose sign-in talks to several hosts: its application gets its own secret as token. */
const ENTRA = `
  export class DefaultAzureCredential {}
  export class ClientSecretCredential {
    constructor(tenant, client, secret) { this.secret = secret; }
    async getToken() { return { token: this.secret, expiresOnTimestamp: Date.now() + 3600000 }; }
  }`;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== '@azure/identity') return next(specifier, context);
    return { url: `data:text/javascript,${encodeURIComponent(ENTRA)}`, shortCircuit: true };
  },
});
