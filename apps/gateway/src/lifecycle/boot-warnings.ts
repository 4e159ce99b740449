import type { LoggerService } from '@nestjs/common';
import type { GatewayConfig } from '../config/gateway-config.js';

/** The longest that a provider's stream may be silent, and so the longest request that a drain should wait for. */
const STREAM_MS_MAX = 840_000;

/** Says at boot what works but is probably not meant (contract 1.5). */
export function logBootWarnings(config: GatewayConfig, logger: Pick<LoggerService, 'warn'>): void {
  if (!config.controlPlaneUrlIsExplicit) {
    logger.warn({
      msg: 'aigateway_control_plane_base_url_not_explicit',
      control_plane_base_url: config.controlPlaneUrl,
      fix: 'set LW_GATEWAY_BASE_URL',
    });
  }
  if (config.jwtSecretPrevious !== undefined) {
    logger.warn({
      msg: 'jwt_secret_rotation_active',
      fix: 'unset LW_GATEWAY_JWT_SECRET_PREVIOUS once the rotation is over',
    });
  }
  if (config.internalSecretPrevious !== undefined) {
    logger.warn({
      msg: 'internal_secret_rotation_active',
      fix: 'unset LW_GATEWAY_INTERNAL_SECRET_PREVIOUS once the rotation is over',
    });
  }
  if (config.gracefulMs > 0 && config.gracefulMs < STREAM_MS_MAX) {
    logger.warn({
      msg: 'graceful_shutdown_shorter_than_max_stream_duration',
      graceful_shutdown_window_s: config.gracefulMs / 1000,
      max_stream_duration_s: STREAM_MS_MAX / 1000,
      hint: 'streams that are still open when the window ends are cut',
    });
  }
}
