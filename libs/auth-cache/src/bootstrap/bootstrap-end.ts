/** How a bootstrap ended. `complete`: every active key is held. The others start lazily with what they have. */
export type BootstrapEnd = 'complete' | 'full' | 'not_supported' | 'gave_up';
