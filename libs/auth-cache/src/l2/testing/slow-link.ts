import { SystemClock } from '#kernel';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

const clock = new SystemClock();

/** A loopback port that passes bytes on to another one, and holds the answers back on demand. */
export class SlowLink {
  /** How long answers are held back, milliseconds. */
  delayMs = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    targetPort: number,
  ) {
    server.on('connection', (near) => {
      const far = connect(targetPort, '127.0.0.1');
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far);
      far.on('data', (chunk) => void this.passOn(near, chunk));
    });
  }

  /** Opens a link to a port on loopback. */
  static async to(targetPort: number): Promise<SlowLink> {
    const server = createServer();
    const link = new SlowLink(server, targetPort);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return link;
  }

  get port(): number {
    const address: string | AddressInfo | null = this.server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private async passOn(near: Socket, chunk: Buffer): Promise<void> {
    if (this.delayMs > 0) await clock.sleep(this.delayMs);
    near.write(chunk);
  }
}
