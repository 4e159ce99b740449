import type { Printer } from './printer.js';
import type { Running } from './standalone.js';

/** Tells the person at the terminal what runs, where, and how to try it. The key is shown when it is new, and not again. */
export function printWelcome(printer: Printer, running: Running, localFile: string): void {
  const { access, isNewKey, providers, notes } = running;
  printer.say();
  printer.table([
    ['Gateway', `${access.gatewayUrl}/v1`],
    ['Control plane', access.controlPlaneUrl],
    ['Virtual key', isNewKey ? `${access.virtualKey} (shown once, kept in ${localFile})` : `in ${localFile}`],
    ['Providers', providers.map(({ settings }) => settings.name).join(', ') || 'as registered before'],
  ]);
  for (const note of notes) printer.say(`\n  Note: ${note}`);
  const [first] = providers;
  if (first !== undefined) {
    printer.say('\nTry it:\n');
    printer.say(`  ${curlLine(running, first.exampleModel, localFile)}`);
  }
  printer.say('\nCtrl-C stops everything.');
}

function curlLine({ access, isNewKey }: Running, model: string, localFile: string): string {
  const readKey = `node -p "JSON.parse(require('fs').readFileSync('${localFile}')).virtualKey"`;
  const authorization = isNewKey
    ? `'Authorization: Bearer ${access.virtualKey}'`
    : `"Authorization: Bearer $(${readKey})"`;
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] });
  return (
    `curl ${access.gatewayUrl}/v1/chat/completions -H ${authorization} ` +
    `-H 'Content-Type: application/json' -d '${body}'`
  );
}
