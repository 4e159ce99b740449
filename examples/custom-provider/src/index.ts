import { definePlugin } from 'ai-gateway-providers';
import { AcmeAdapter } from './acme.adapter.js';

/** What `LW_GATEWAY_PLUGINS` imports. */
export default definePlugin({ adapters: [AcmeAdapter] });
export { AcmeAdapter };
