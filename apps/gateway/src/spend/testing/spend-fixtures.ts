import { NO_SPEND_USAGE, type AdmitSpend, type ConfirmSpend, type FailSpend } from '#gateway-protocol';
import { SeededRandom, VirtualClock, type Clock } from '#kernel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpendEvent } from '../spend-event.js';
import { SpoolDirectory } from '../spool/spool-directory.js';
import type { SpoolOptions } from '../spool/spool-options.js';
import { Spool } from '../spool/spool.js';

const OCCURRED_AT_MS = 1_767_225_600_123;

/** A complete admit for request `id`. */
export function admitOf(id: string): AdmitSpend {
  return {
    gateway_request_id: id,
    occurred_at: OCCURRED_AT_MS,
    organization_id: 'org_z',
    project_id: 'project_x',
    virtual_key_id: 'vk_abc',
    end_user_id: 'u-7',
    model: 'fast',
    labels: ['env=prod'],
    metadata: '{"invoice":"i-1"}',
    request_type: 'chat',
    outcome_carries_attribution: true,
  };
}

/** The outcome of request `id` when it succeeded. */
export function confirmOf(id: string): ConfirmSpend {
  const usage = { ...NO_SPEND_USAGE, input_tokens: 812, output_tokens: 120 };
  return { gateway_request_id: id, occurred_at: OCCURRED_AT_MS + 9, project_id: 'project_x', usage, duration_ms: 9 };
}

/** The outcome of request `id` when it failed. */
export function failOf(id: string): FailSpend {
  return { ...confirmOf(id), usage: NO_SPEND_USAGE, error: { type: 'provider_error', http_status: 502 } };
}

/** A scratch folder, and what removes it. */
export function scratch(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'spend-spool-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A spool in `path` for tests, with what it reported. */
export function spoolIn(path: string, change: Partial<SpoolOptions> = {}): { spool: Spool; events: SpendEvent[] } {
  const events: SpendEvent[] = [];
  const clock: Clock = new VirtualClock();
  const spool = new Spool({
    directory: new SpoolDirectory(path),
    maxBytes: 64 * 1024 * 1024,
    podId: 'gw-a',
    clock,
    random: new SeededRandom(1),
    onEvent: (event) => events.push(event),
    ...change,
  });
  return { spool, events };
}

/** Lets the event loop finish its turn, as a request's end does. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
