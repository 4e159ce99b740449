import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on a free loopback port and tells the parent which, as `{ port }`. Ends with the parent. */
export async function serveAsChild(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  tellParent({ port: (server.address() as AddressInfo).port });
  endWithParent();
}

/** Ends this process when it is told to, or when the parent is gone. */
export function endWithParent(): void {
  process.on('SIGTERM', () => process.exit(0));
  process.on('disconnect', () => process.exit(0));
}

/** Sends a message to the parent. */
export function tellParent(message: object): void {
  process.send?.(message);
}
