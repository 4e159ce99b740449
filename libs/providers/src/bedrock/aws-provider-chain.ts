import type { AwsCredentials } from './aws-credentials.js';

/**
 * Makes a source of the identity of the machine by AWS's own rules: environment, web identity (IRSA), shared files,
 * container, instance profile. Its package is loaded on first use, so that a gateway without Bedrock starts without it.
 */
export function createAwsProviderChain(): () => Promise<AwsCredentials> {
  let provider: (() => Promise<AwsCredentials>) | undefined;
  return async () => {
    if (provider === undefined) {
      const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
      provider ??= defaultProvider();
    }
    return provider();
  };
}
