import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderVariableTable } from '../config/configuration-page.js';
import { renderCurlExamples, renderManagementErrors, renderProtocolErrors, renderRouteTable } from './routes-page.js';

const PAGE = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/control-plane.md'), 'utf8');

describe('docs/control-plane.md', () => {
  it.each([
    ['variables', renderVariableTable()],
    ['routes', renderRouteTable()],
    ['examples', renderCurlExamples()],
    ['errors of the management API', renderManagementErrors()],
    ['errors of the protocol', renderProtocolErrors()],
  ])('lists the %s as the code has them', (_, part) => {
    expect(part.length).toBeGreaterThan(100);
    expect(PAGE).toContain(part);
  });
});
