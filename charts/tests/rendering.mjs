import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CONVERTER = `{{- $all := dict }}
{{- range $path, $bytes := .Files.Glob "documents/**" }}
{{- $documents := list }}
{{- range regexSplit "(?m)^---$" (toString $bytes) -1 }}
{{- $document := fromYaml . }}
{{- if hasKey $document "Error" }}{{ fail (printf "%s: %s" $path $document.Error) }}{{ end }}
{{- if $document }}{{ $documents = append $documents $document }}{{ end }}
{{- end }}
{{- $_ := set $all (base $path) $documents }}
{{- end }}
json: {{ $all | toJson }}
`;

/**
 * Turns YAML texts into objects with Helm's own YAML parser, so that the tests need no parser of
 * their own: a chart made for the purpose reads the texts as files and prints them as JSON.
 * Input and output are keyed alike; each text may hold several documents.
 */
export function parseYaml(helm, folder, texts) {
  const chart = join(folder, 'converter');
  rmSync(chart, { recursive: true, force: true });
  mkdirSync(join(chart, 'templates'), { recursive: true });
  mkdirSync(join(chart, 'documents'));
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: converter\nversion: 0.0.0\n');
  writeFileSync(join(chart, 'templates', 'json.yaml'), CONVERTER);
  const keys = Object.keys(texts);
  for (const [index, key] of keys.entries()) writeFileSync(join(chart, 'documents', `d${index}`), texts[key]);
  const result = helm.template(chart);
  const line = result.stdout.split('\n').find((candidate) => candidate.startsWith('json: '));
  if (result.code !== 0 || line === undefined) throw new Error(`the rendered YAML does not parse: ${result.stderr}`);
  const parsed = JSON.parse(line.slice('json: '.length));
  return Object.fromEntries(keys.map((key, index) => [key, parsed[`d${index}`]]));
}

/** A copy of the chart whose NOTES.txt is rendered as a document, because `helm template` leaves it out. */
export function chartWithNotes(chartFolder, folder) {
  const copy = join(folder, 'with-notes');
  cpSync(chartFolder, copy, { recursive: true });
  const notes = readFileSync(join(copy, 'templates', 'NOTES.txt'), 'utf8');
  writeFileSync(join(copy, 'notes.tpl'), notes);
  writeFileSync(
    join(copy, 'templates', 'notes.yaml'),
    'kind: Notes\ntext: {{ tpl (.Files.Get "notes.tpl") . | toJson }}\n',
  );
  return copy;
}

/** The documents of one rendering, found by kind and by what follows `edge-langwatch-gateway` in their names. */
export class Rendering {
  constructor(documents) {
    this.documents = documents;
  }

  ofKind(kind) {
    return this.documents.filter((document) => document.kind === kind);
  }

  /** The one document of that kind and name suffix; throws when there is none. */
  one(kind, suffix = '') {
    const name = `edge-langwatch-gateway${suffix}`;
    const found = this.ofKind(kind).filter((document) => document.metadata.name === name);
    if (found.length !== 1) throw new Error(`expected one ${kind} ${name}, found ${found.length}`);
    return found[0];
  }

  has(kind, suffix = '') {
    return this.ofKind(kind).some((document) => document.metadata.name === `edge-langwatch-gateway${suffix}`);
  }

  /** The gateway's pod template, whichever workload holds it. */
  get pod() {
    return (this.has('StatefulSet') ? this.one('StatefulSet') : this.one('Deployment')).spec.template;
  }

  get container() {
    return this.pod.spec.containers[0];
  }

  get config() {
    return this.one('ConfigMap').data;
  }

  get notes() {
    return this.ofKind('Notes')[0].text;
  }
}

/** Environment of a container as name → value, or name → `secret/key` where it comes from a Secret. */
export function environmentOf(container) {
  const entries = container.env.map(({ name, value, valueFrom }) => {
    const reference = valueFrom?.secretKeyRef;
    return [name, reference ? `${reference.name}/${reference.key}` : value];
  });
  return Object.fromEntries(entries);
}
