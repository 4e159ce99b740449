import type { ControlPlaneConfig } from './control-plane-config.js';

/** One sentence for each secret that is being rotated out: a rotation that nobody ends is a second key to the house. */
export function describeRotations(config: ControlPlaneConfig): string[] {
  const older = config.sealingKeys.slice(1).map(({ version }) => version);
  return [
    ...(config.internalSecrets.length > 1
      ? [
          'LW_GATEWAY_INTERNAL_SECRET_PREVIOUS is set: requests signed with it are accepted. Remove it when every gateway signs with the current one.',
        ]
      : []),
    ...(config.previousKeyPepper === undefined
      ? []
      : [
          'LW_VIRTUAL_KEY_PEPPER_PREVIOUS is set: keys that it hashed are accepted. Remove it when no key in use is left of them.',
        ]),
    ...(older.length === 0
      ? []
      : [
          `CONTROL_PLANE_SEALING_KEYS holds older keys (${older.join(', ')}): seal anew with "node dist/apps/control-plane/src/reseal.js", then remove them.`,
        ]),
  ];
}
