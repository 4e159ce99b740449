import type { ProviderCredential } from '../spec/provider-adapter.js';

/**
 * Remembers what `compute` says of a credential. A bundle's credentials are immutable, so it is asked once for each,
 * and what it said is forgotten with the bundle.
 */
export function perCredential<Value extends object>(
  compute: (credential: ProviderCredential) => Value,
): (credential: ProviderCredential) => Value {
  const values = new WeakMap<ProviderCredential, Value>();
  return (credential) => {
    let value = values.get(credential);
    if (value === undefined) {
      value = compute(credential);
      values.set(credential, value);
    }
    return value;
  };
}
