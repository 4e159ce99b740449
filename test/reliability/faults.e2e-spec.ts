import { readFile } from 'node:fs/promises';
import { SystemClock } from '#kernel';
import { expect, it } from 'vitest';
import { makeFaultTable } from '../../bench/reliability/fault-table.js';
import { differenceOf, readSection } from '../../bench/reliability/page.js';
import { RESUME_PAIRINGS } from '../../bench/reliability/pairings.js';
import { RIG_GATEWAY_SETTINGS } from '../../bench/reliability/rig.js';
import { createTenants } from '../../bench/reliability/tenant.js';
import { Stack } from '../support/stack.js';

const PAGE = new URL('../../docs/reliability.md', import.meta.url);

/** Some sixteen hundred requests, many of which wait for a time limit. */
const TIMEOUT_MS = 300_000;

it(
  'every fault of a provider ends as docs/reliability.md says, and no broken answer ever looks whole',
  {
    timeout: TIMEOUT_MS,
  },
  async () => {
    const stack = await Stack.start({ gateway: { ...RIG_GATEWAY_SETTINGS, LOG_LEVEL: 'warn' } });
    try {
      const { gateway, upstream, management, database } = stack;
      const rig = { gatewayUrl: gateway.url, upstreamUrl: upstream.url, management, database };
      const tenants = await createTenants(rig, RESUME_PAIRINGS);
      const { markdown, broken } = await makeFaultTable(rig, tenants, new SystemClock(), () => undefined);

      expect(broken).toEqual([]);
      expect(differenceOf(readSection(await readFile(PAGE, 'utf8')).table, markdown)).toEqual([]);
    } finally {
      await stack.dispose();
    }
  },
);
