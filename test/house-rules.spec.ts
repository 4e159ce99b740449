import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';

const sources = globSync(['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'])
  .filter((file) => !/\.(spec|e2e-spec|bench)\.ts$/.test(file))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** Files that match `pattern`, with the match, for a message that shows where to look. */
function offenders(pattern: RegExp, allowed: (file: string) => boolean = () => false): string[] {
  return sources.flatMap(({ file, text }) => {
    const match = allowed(file) ? null : pattern.exec(text);
    return match === null ? [] : [`${file}: ${match[0]}`];
  });
}

describe('the house rules', () => {
  it('finds the sources that it judges', () => {
    expect(sources.length).toBeGreaterThan(200);
  });

  it('gives every exported symbol a sentence', () => {
    const undocumented = sources
      .filter(({ file }) => basename(file) !== 'index.ts' && !file.includes('/testing/'))
      // Routes and tables describe themselves: in the OpenAPI document and in the migrations.
      .filter(({ file }) => !file.startsWith('apps/control-plane/'))
      .flatMap(({ file, text }) => {
        const lines = text.split('\n');
        return lines.flatMap((line, index) => {
          if (!/^export (abstract )?(async )?(class|function|const|interface|type|enum) /.test(line)) return [];
          let above = index - 1;
          while (/^(@|\s|\}|\)|\/\/|\])/.test(lines[above] ?? '') && !/\*\/\s*$/.test(lines[above] ?? '')) above -= 1;
          // A type and a value may share a name, and then share the sentence of the one above.
          const documented =
            /\*\/\s*$/.test(lines[above] ?? '') || /^export (const|abstract class) /.test(lines[above] ?? '');
          return documented || isInferredTwin(lines, index) ? [] : [`${file}:${index + 1}`];
        });
      });
    expect(undocumented).toEqual([]);
  });

  it('reads the environment in configuration and entry points only', () => {
    const allowed = (file: string): boolean =>
      file.includes('/config/') || /\/(main|migrate|reseal)\.ts$/.test(file) || file.startsWith('apps/standalone/');
    expect(offenders(/process\.env/, allowed)).toEqual([]);
  });

  it('takes time and randomness from their ports', () => {
    const allowed = (file: string): boolean =>
      file.startsWith('libs/kernel/') || file.startsWith('apps/standalone/') || file.includes('/testing/');
    const withoutLogTimestamps = (file: string): boolean => allowed(file) || file.endsWith('logger-options.ts');
    expect(offenders(/Date\.now\(\)|Math\.random\(\)/, withoutLogTimestamps)).toEqual([]);
  });

  it('has no leftovers, and no file named after nothing in particular', () => {
    expect(offenders(/\b(TODO|FIXME|XXX)\b/)).toEqual([]);
    expect(sources.filter(({ file }) => /(utils?|helpers?|manager|common|misc)\.ts$/.test(file))).toEqual([]);
  });
});

/** `export type X = z.infer<typeof xSchema>` right under its schema says nothing that the schema has not said. */
function isInferredTwin(lines: readonly string[], index: number): boolean {
  return (
    /z\.(infer|output|input)<typeof /.test(lines[index] ?? '') ||
    /^export type \w+ = \(typeof \w+\)\[number\]/.test(lines[index] ?? '')
  );
}
