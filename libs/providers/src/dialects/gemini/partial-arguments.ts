import { asBoolean, asList, asNonEmptyString, asNumber, asObject, asString } from '../../json/read-json.js';
import type { Json } from '../../spec/json.js';

/** A place in a tree: names of members and indexes of lists, outermost first. */
type Path = readonly (string | number)[];

/** Containers are made without a prototype, so that no member's name has a meaning of its own. */
type Tree = { [key: string | number]: unknown };

const PATH_STEP = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/gy;
const PATH_STEPS_MAX = 64;

/**
 * Puts the arguments of a function call together that Vertex streams piece by piece (`partialArgs`): each piece names
 * its place by a JSON path, and pieces of a text for the same place follow each other.
 */
export class PartialArguments {
  private readonly root: Tree = newTree('');

  /** Takes the pieces of one chunk; those that cannot be understood are left out. */
  add(partialArgs: Json | undefined): void {
    for (const value of asList(partialArgs) ?? []) {
      const piece = asObject(value);
      const path = readPath(asNonEmptyString(piece?.['jsonPath']));
      if (piece !== undefined && path !== undefined) this.put(path, pieceOf(piece));
    }
  }

  /** The arguments so far as JSON text. */
  toText(): string {
    return JSON.stringify(this.root);
  }

  private put(path: Path, value: Json | undefined): void {
    let tree = this.root;
    for (const [depth, key] of path.entries()) {
      if (value === undefined || !hasPlaceFor(tree, key)) return;
      const child = tree[key];
      const next = path[depth + 1];
      if (next === undefined) {
        tree[key] = typeof child === 'string' && typeof value === 'string' ? child + value : value;
      } else {
        const container = typeof child === 'object' && child !== null ? (child as Tree) : newTree(next);
        tree[key] = container;
        tree = container;
      }
    }
  }
}

/** Lists grow by one at a time and have no named members: a piece that says otherwise is wrong, or means harm. */
function hasPlaceFor(tree: Tree, key: string | number): boolean {
  return Array.isArray(tree) ? typeof key === 'number' && key <= tree.length : typeof key === 'string';
}

function pieceOf(piece: { readonly [name: string]: Json | undefined }): Json | undefined {
  if ('nullValue' in piece) return null;
  return asString(piece['stringValue']) ?? asNumber(piece['numberValue']) ?? asBoolean(piece['boolValue']);
}

/** Reads a JSON path such as `$.items[0].name`; undefined for one that names no single place. */
function readPath(text: string | undefined): Path | undefined {
  if (text?.startsWith('$') !== true) return undefined;
  const path: (string | number)[] = [];
  let end = 1;
  PATH_STEP.lastIndex = 1;
  for (let match = PATH_STEP.exec(text); match !== null; match = PATH_STEP.exec(text)) {
    end = PATH_STEP.lastIndex;
    const [, name, index, single, double] = match;
    if (index === undefined) path.push(name ?? (single ?? double ?? '').replaceAll(/\\(.)/g, '$1'));
    else path.push(Number(index));
  }
  return end === text.length && path.length > 0 && path.length <= PATH_STEPS_MAX ? path : undefined;
}

/** The container that has a place for `key`. */
function newTree(key: string | number): Tree {
  return (typeof key === 'number' ? [] : Object.create(null)) as Tree;
}
