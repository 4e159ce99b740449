import { InvariantError, VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { AdapterRegistry } from './adapter-registry.js';
import { createShippedAdapters } from './adapters/shipped-adapters.js';
import { AnthropicAdapter } from './anthropic/anthropic.adapter.js';
import type { CredentialRules, TargetRefusal } from './spec/provider-adapter.js';
import { ProviderAdapter } from './spec/provider-adapter.js';

const clock = new VirtualClock();

class TeamAdapter extends ProviderAdapter {
  override readonly families = ['team'];

  override credentialRules(): CredentialRules {
    return new AnthropicAdapter().credentialRules();
  }

  override dialects(): readonly [] {
    return [];
  }

  override target(): TargetRefusal {
    return { refusal: 'it serves nothing' };
  }
}

describe('AdapterRegistry', () => {
  it('knows every vendor of the contract that models are asked of', () => {
    const registry = new AdapterRegistry(createShippedAdapters({ clock }));
    const wanted = [
      'openai',
      'anthropic',
      'azure',
      'gemini',
      'vertex',
      'bedrock',
      'groq',
      'xai',
      'cerebras',
      'deepseek',
    ];
    for (const family of [...wanted, 'voyage', 'custom', 'cloudflare']) {
      expect(registry.find(family)?.families, family).toContain(family);
    }
    expect(registry.find('unheard-of')).toBeUndefined();
  });

  it('takes adapters beside the shipped ones, and none that would take a vendor from them', () => {
    const team = new TeamAdapter();
    const registry = new AdapterRegistry([...createShippedAdapters({ clock }), team]);
    expect(registry.find('team')).toBe(team);
    expect(registry.families.at(-1)).toBe('team');
    expect(() => new AdapterRegistry([...createShippedAdapters({ clock }), new AnthropicAdapter()])).toThrow(
      InvariantError,
    );
  });

  it('has rules for the credentials of each of its families', () => {
    const registry = new AdapterRegistry(createShippedAdapters({ clock }));
    for (const family of registry.families) {
      const result = registry.find(family)?.credentialRules(family).schema['~standard'].validate('no object');
      expect(result, family).toHaveProperty('issues');
    }
  });
});
