import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPEND_BATCH_BYTES_MAX, batchesOf } from './batches.js';

describe('batches', () => {
  it('hold every line once and in order, at most 500 and 1 MiB each, whatever the lines', () => {
    const line = fc.oneof(
      { weight: 50, arbitrary: fc.integer({ min: 1, max: 40 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 600_000 }) },
    );
    const lines = fc
      .array(line, { maxLength: 1_300, size: 'max' })
      .map((sizes) => sizes.map((size) => 'é'.repeat(size)));
    fc.assert(
      fc.property(lines, (each) => {
        const batches = [...batchesOf(each)];
        expect(batches.flat()).toEqual(each);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(500);
          const bytes = Buffer.byteLength(batch.join(','));
          expect(batch.length === 1 || bytes <= SPEND_BATCH_BYTES_MAX).toBe(true);
        }
      }),
      { numRuns: 15 },
    );
  });
});
