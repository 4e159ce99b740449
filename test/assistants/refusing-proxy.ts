import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';

/** An HTTP proxy that leads nowhere and remembers where one wanted to go. */
export class RefusingProxy implements AsyncDisposable {
  private readonly asked: string[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      response.writeHead(403).end();
    });
    this.server.on('connect', (request, socket: Socket) => {
      this.asked.push(request.url ?? '');
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    });
  }

  static async start(): Promise<RefusingProxy> {
    const proxy = new RefusingProxy();
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  /** The variables that send a program's traffic here, except for what stays on loopback. */
  get environment(): Readonly<Record<string, string>> {
    const address = this.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the proxy is not listening');
    const url = `http://127.0.0.1:${address.port}`;
    return { HTTP_PROXY: url, HTTPS_PROXY: url, ALL_PROXY: url, NO_PROXY: '127.0.0.1' };
  }

  /** Hosts and URLs that were asked for, oldest first. */
  get destinations(): readonly string[] {
    return this.asked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
