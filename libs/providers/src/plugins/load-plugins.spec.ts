import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { AdapterRegistry } from '../adapter-registry.js';
import { ProviderAdapter } from '../spec/provider-adapter.js';
import { createAdapterRegistry } from './create-adapter-registry.js';
import { definePlugin } from './define-plugin.js';
import { loadPlugins } from './load-plugins.js';
import { AcmeAdapter } from './testing/acme-adapter.js';

const clock = new VirtualClock();

/** The adapters of plugins whose modules are these. */
async function load(modules: Readonly<Record<string, object | Error>>): Promise<readonly ProviderAdapter[]> {
  return loadPlugins(Object.keys(modules), {
    clock,
    workingDir: '/srv/gateway',
    importModule: async (specifier) => {
      const module = modules[specifier];
      if (module === undefined || module instanceof Error) throw module ?? new Error(`unexpected ${specifier}`);
      return module as Readonly<Record<string, unknown>>;
    },
  });
}

async function refusal(exported: unknown): Promise<string> {
  return load({ 'acme-provider': { default: exported } }).then(
    () => 'no refusal',
    (error: Error) => error.message,
  );
}

/** An Acme adapter that is wrong in some members. */
function acmeWith(members: object): object {
  return Object.assign(new AcmeAdapter(), members);
}

describe('a plugin is taken', () => {
  it.each([
    ['an instance as default', { default: new AcmeAdapter() }],
    ['a class as default', { default: AcmeAdapter }],
    ['a list as default', { default: [AcmeAdapter] }],
    ['what definePlugin says', { default: definePlugin({ adapters: [new AcmeAdapter()] }) }],
    ['the named export', { adapters: [AcmeAdapter] }],
  ])('from %s', async (_what, module) => {
    const adapters = await load({ 'acme-provider': module });
    expect(adapters.map(({ families }) => families)).toEqual([['acme']]);
  });

  it('from a file, whose relative path starts from the working folder', async () => {
    const specifiers: string[] = [];
    await loadPlugins(['./plugins/acme.js', '/opt/acme.js', '@acme/provider'], {
      clock,
      workingDir: '/srv/gateway',
      importModule: async (specifier) => {
        specifiers.push(specifier);
        const family = `acme${specifiers.length}`;
        return { default: acmeWith({ families: [family] }) };
      },
    });
    expect(specifiers).toEqual(['file:///srv/gateway/plugins/acme.js', 'file:///opt/acme.js', '@acme/provider']);
  });

  it('when its adapter has the shape of one, of whatever class it is', async () => {
    const own = new AcmeAdapter();
    const copy = {
      families: ['acme'],
      codecs: [],
      models: [],
      credentialRules: () => own.credentialRules(),
      dialects: () => own.dialects(),
      target: () => own.target(),
      embeddings: () => undefined,
      stateFamily: () => undefined,
      countsTokens: () => false,
      storesResponses: () => false,
    };
    expect(await load({ 'acme-provider': { default: copy } })).toEqual([copy]);
  });
});

describe('a plugin is refused by name, with what is wrong and the mend', () => {
  class Picky extends AcmeAdapter {
    constructor() {
      super();
      throw new TypeError('no region given');
    }
  }
  const codec = { dialect: 'x-acme', writeRequest() {}, readAnswer() {}, createStreamReader() {}, readError() {} };

  it.each([
    ['exports nothing', undefined, 'it exports no adapter. Export adapters as its default'],
    ['exports an empty list', [], 'it exports no adapter'],
    ['exports something else', 7, 'no adapter. Export an instance or a class'],
    ['has no target', acmeWith({ target: undefined }), 'no method "target". Write it.'],
    ['has no dialects', acmeWith({ dialects: 'x' }), 'no method "dialects"'],
    ['has no credential rules', acmeWith({ credentialRules: null }), 'no method "credentialRules"'],
    ['does not extend ProviderAdapter', acmeWith({ embeddings: undefined }), 'Extend ProviderAdapter'],
    ['has no family', acmeWith({ families: [] }), 'serves no family'],
    ['has a family that is no slug', acmeWith({ families: ['Acme Inc'] }), '"Acme Inc" is no name of a family'],
    ['names a family twice', acmeWith({ families: ['acme', 'acme'] }), 'Name it once'],
    ['claims a family of ours', acmeWith({ families: ['openai'] }), '"openai"; that is served by the gateway itself'],
    ['claims a synonym', acmeWith({ families: ['azure_openai'] }), 'which is another name of "azure"'],
    ['has a codec of a known dialect', acmeWith({ codecs: [{ ...codec, dialect: 'gemini' }] }), 'begin with "x-"'],
    ['has half a codec', acmeWith({ codecs: [{ ...codec, readError: undefined }] }), 'no method "readError"'],
    ['has a model without a name', acmeWith({ models: [{ id: '' }] }), '"models.0.id" cannot be used'],
    [
      'has a price in dollars',
      acmeWith({ models: [{ id: 'm', price: { input: 1.5, output: 2 } }] }),
      '"models.0.price.input" cannot be used (must be whole micro-dollars)',
    ],
    ['has no schema', acmeWith({ credentialRules: () => ({ baseUrl: 'optional' }) }), 'no Standard Schema'],
    [
      'has no rule for base URLs',
      acmeWith({ credentialRules: () => ({ ...new AcmeAdapter().credentialRules(), baseUrl: 'maybe' }) }),
      'Give "required", "optional" or "refused"',
    ],
    ['cannot be made', Picky, 'its adapter cannot be made (TypeError: no region given)'],
  ])('when it %s', async (_what, exported, sentence) => {
    const message = await refusal(exported);
    expect(message).toMatch(/^The plugin "acme-provider" cannot be used: /);
    expect(message).toContain(sentence);
  });

  it('when importing it throws, whatever it throws', async () => {
    await expect(load({ 'acme-provider': new Error('boom at line 3') })).rejects.toThrow(
      'The plugin "acme-provider" cannot be used: importing it failed (Error: boom at line 3).',
    );
  });

  it('when it is not there, saying where it was looked for', async () => {
    const ports = { clock, workingDir: import.meta.dirname };
    await expect(loadPlugins(['./no-such-file.js'], ports)).rejects.toThrow('a relative one starts from the folder');
  });

  it('when another plugin serves its family', async () => {
    const modules = { 'acme-provider': { default: AcmeAdapter }, 'acme-fork': { default: AcmeAdapter } };
    await expect(load(modules)).rejects.toThrow(
      'The plugin "acme-fork" cannot be used: it claims the family "acme"; that is served by the plugin "acme-provider".',
    );
  });
});

describe('a registry with adapters of one’s own', () => {
  it('finds ours and theirs', () => {
    const acme = new AcmeAdapter();
    const registry = createAdapterRegistry({ clock, adapters: [acme] });
    expect(registry).toBeInstanceOf(AdapterRegistry);
    expect(registry.find('acme')).toBe(acme);
    expect(registry.find('openai')?.families).toContain('openai');
  });

  it('refuses an adapter by its class', () => {
    const adapters = [new AcmeAdapter(), new AcmeAdapter()];
    expect(() => createAdapterRegistry({ clock, adapters })).toThrow('"AcmeAdapter" cannot be used: it claims');
    const [broken] = [acmeWith({ families: [] })];
    expect(() => createAdapterRegistry({ clock, adapters: [broken as AcmeAdapter] })).toThrow('serves no family');
  });
});
