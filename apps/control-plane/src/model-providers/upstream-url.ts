import { EgressPolicy } from '#providers';

/** What a name that always means this machine resolves to. */
const LOOPBACK_ADDRESS = '127.0.0.1';

/**
 * Why a URL that a customer gave must not be called, as the end of a sentence that starts with the field's name;
 * undefined when nothing speaks against it.
 *
 * This is the check at save time, of the text alone, with the policy that the gateway enforces when it dials: names are
 * not resolved here, because they can resolve to something else later.
 */
export function upstreamUrlRefusal(text: string, policy: EgressPolicy): string | undefined {
  const reason = policy.refusalOfUrl(text) ?? refusalOfLocalName(text, policy);
  if (reason !== undefined) return `is rejected: ${reason}`;
  const { search, hash } = new URL(text);
  return search === '' && hash === '' ? undefined : 'must not contain a query or a fragment';
}

function refusalOfLocalName(text: string, policy: EgressPolicy): string | undefined {
  const host = new URL(text).hostname.replace(/\.$/, '');
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  return isLocal ? policy.refusalOfAddress(LOOPBACK_ADDRESS, host) : undefined;
}
