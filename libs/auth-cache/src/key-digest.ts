/**
 * Names a presented key without keeping it. It is the only form in which the cache knows a key, so a memory dump or a
 * listing gives no usable credential; the control plane hands out the same form when a gateway loads all keys.
 */
export { digestKey } from '#gateway-protocol';

/** The longest presented key that is looked at, in UTF-16 code units; anything longer is no virtual key of ours. */
export const PRESENTED_KEY_LENGTH_MAX = 256;
