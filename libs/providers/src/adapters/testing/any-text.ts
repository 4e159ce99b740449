import fc from 'fast-check';

/** Any text that JSON can carry, halves of surrogate pairs among it. */
export const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('/', '.', ':', '%', '?', '#', '\\', '@', '\n', '\ud800'),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  ),
});
