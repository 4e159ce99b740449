import { startAcme } from './acme-server.js';

const acme = await startAcme(Number(process.env['ACME_PORT'] ?? 0));
process.stdout.write(`Acme listens on ${acme.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void acme.close());
