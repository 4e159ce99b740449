import { SystemClock } from '#kernel';
import { expect, it } from 'vitest';
import { readPage, renderPage } from '../../bench/compat/compatibility-page.js';
import { runMatrix } from '../../bench/compat/matrix.js';

/** Long, because a busy machine is not a defect. */
const MATRIX_MS_MAX = 300_000;

it('every SDK does with every provider what docs/compatibility.md says', { timeout: MATRIX_MS_MAX }, async () => {
  const cells = await runMatrix(new SystemClock());

  expect(cells.filter(({ outcome }) => outcome.kind === 'failed')).toEqual([]);
  // `npm run compat -- --write` writes it anew.
  expect(await renderPage(cells)).toBe(await readPage());
});
