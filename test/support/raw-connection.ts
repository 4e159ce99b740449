import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from './until.js';

/** A bare TCP connection, for what no HTTP client would do. */
export class RawConnection {
  private bytes = Buffer.alloc(0);
  private hasClosed = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.bytes = Buffer.concat([this.bytes, chunk])));
    // A reset is one of the ways in which the other side may close.
    socket.on('error', () => undefined);
    socket.once('close', () => (this.hasClosed = true));
  }

  /** Connects to the host and port of `url`. */
  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Everything that was received. */
  get text(): string {
    return this.bytes.toString('latin1');
  }

  /** Sends bytes as they are. */
  write(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Resolves with the head and body of a whole answer that declares its length. */
  async answer(): Promise<{ readonly head: string; readonly body: string }> {
    return until('a whole answer arrives', () => {
      const [head = '', body] = this.text.split('\r\n\r\n', 2);
      const length = /content-length: (\d+)/i.exec(head)?.[1];
      if (length === undefined || body === undefined || body.length < Number(length)) return undefined;
      return { head, body };
    });
  }

  /** Resolves once the other side has closed the connection. */
  async closed(): Promise<void> {
    await until('the connection is closed', () => this.hasClosed);
  }

  /** Closes it at once. */
  destroy(): void {
    this.socket.destroy();
  }
}
