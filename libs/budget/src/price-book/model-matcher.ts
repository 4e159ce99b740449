import { invariant } from '#kernel';

/** One test of a lower-case model name, written as a sign and a text; see {@link compileTerm}. */
export type MatchTerm = string;

/** Terms of which one must hold; a list among them holds when all of its terms do. */
export type MatchTerms = readonly (MatchTerm | readonly MatchTerm[])[];

/** Decides whether a lower-case model name is meant. */
export type ModelMatcher = (modelName: string) => boolean;

const DIGIT_SIGN = '#';

/** The names that `terms` accept by equality alone; these can be looked up instead of tested. */
export function exactNames(terms: MatchTerms): readonly string[] {
  return terms.flatMap((term) => (typeof term === 'string' && term.startsWith('=') ? [term.slice(1)] : []));
}

/** A matcher for the terms that are not plain equality, or undefined when there are none. */
export function compilePatterns(terms: MatchTerms): ModelMatcher | undefined {
  const patterns = terms.filter((term) => typeof term !== 'string' || !term.startsWith('=')).map(compileAlternative);
  if (patterns.length === 0) return undefined;
  return (modelName) => patterns.some((matches) => matches(modelName));
}

function compileAlternative(term: MatchTerm | readonly MatchTerm[]): ModelMatcher {
  if (typeof term === 'string') return compileTerm(term);
  const all = term.map(compileTerm);
  return (modelName) => all.every((matches) => matches(modelName));
}

/**
 * Turns a term into a function. No term is a regular expression, so a model name that a client chose costs linear time
 * at most.
 *
 * The signs: `=` equals, `^` begins with, `$` ends with, `*` contains, `#` has this shape, `~` begins with this shape
 * (in a shape, `#` stands for one digit), `!` has no dash-separated part of this name.
 */
function compileTerm(term: MatchTerm): ModelMatcher {
  const text = term.slice(1);
  switch (term[0]) {
    case '=':
      return (modelName) => modelName === text;
    case '^':
      return (modelName) => modelName.startsWith(text);
    case '$':
      return (modelName) => modelName.endsWith(text);
    case '*':
      return (modelName) => modelName.includes(text);
    case '#':
      return (modelName) => modelName.length === text.length && beginsWithShape(modelName, text);
    case '~':
      return (modelName) => beginsWithShape(modelName, text);
    case '!':
      return (modelName) => !hasPart(modelName, text);
    default:
      invariant(false, `unknown term in the price data: ${term}`);
  }
}

function beginsWithShape(modelName: string, shape: string): boolean {
  if (modelName.length < shape.length) return false;
  for (let index = 0; index < shape.length; index += 1) {
    const expected = shape[index];
    const actual = modelName[index];
    if (expected === DIGIT_SIGN ? !isDigit(actual) : expected !== actual) return false;
  }
  return true;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function hasPart(modelName: string, part: string): boolean {
  return modelName.endsWith(`-${part}`) || modelName.includes(`-${part}-`);
}
