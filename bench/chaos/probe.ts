import { connect } from 'node:net';

const PROBE_MS_MAX = 2_000;

/** Whether a URL answers 200 within two seconds. */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS_MAX) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Sends one line to a loopback port and resolves with the first bytes that come back; rejects when none do. */
export function askLine(port: number, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: PROBE_MS_MAX });
    const fail = (cause: Error): void => {
      socket.destroy();
      reject(cause);
    };
    socket.once('connect', () => socket.write(`${line}\r\n`));
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString('latin1'));
    });
    socket.once('timeout', () => fail(new Error(`port ${port} does not answer`)));
    socket.once('error', fail);
  });
}
