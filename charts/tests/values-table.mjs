const START = '<!-- values -->';
const END = '<!-- /values -->';

/** The values of values.yaml that carry a comment, in order: dotted key and the comment as one line. */
export function commentedValues(text) {
  const found = [];
  let path = [];
  let comment = [];
  for (const line of text.split('\n')) {
    const [, indent, rest] = /^( *)(.*)$/.exec(line);
    if (rest.startsWith('# ')) comment.push(rest.slice(2).trimEnd());
    const key = /^([A-Za-z]+):/.exec(rest)?.[1];
    if (key !== undefined) {
      path = [...path.slice(0, indent.length / 2), key];
      if (comment.length > 0) found.push({ key: path.join('.'), about: comment.join(' ') });
    }
    if (!rest.startsWith('#')) comment = [];
  }
  return found;
}

/** The README's table of values, made of the comments and defaults of values.yaml. */
export function valuesTable(text, values) {
  const rows = commentedValues(text).map(({ key, about }) => {
    const value = key.split('.').reduce((node, part) => node[part], values);
    return `| \`${key}\` | \`${shown(value)}\` | ${about.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;')} |`;
  });
  return ['| Value | Default | What it does |', '|---|---|---|', ...rows].join('\n');
}

/** The README with its table replaced. */
export function withTable(readme, table) {
  const [start, end] = [readme.indexOf(START), readme.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`README.md lacks the marks ${START} and ${END} around its table`);
  return `${readme.slice(0, start)}${START}\n\n${table}\n\n${readme.slice(end)}`;
}

/** Values that are long are shown by their number of entries; the file itself has them. */
const SHOWN_LENGTH_MAX = 90;

function shown(value) {
  const json = JSON.stringify(value);
  if (json.length <= SHOWN_LENGTH_MAX) return json;
  return Array.isArray(value) ? `[…] (${value.length})` : `{…} (${Object.keys(value).length})`;
}
