import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { ModelCapabilities } from '../../spec/model-capabilities.js';
import type { ModelRequest, Parameters, Tool } from '../../spec/model-request.js';
import { aRequest, aWriteContext } from './testing/contexts.js';
import { writeRequest } from './write-request.js';

const TOOL: Tool = { kind: 'function', name: 'f', parameters: { type: 'object' } };

function write(
  request: Partial<ModelRequest>,
  capabilities: Partial<ModelCapabilities> = {},
): { body: JsonObject; lost: readonly string[] } {
  const { context, lost } = aWriteContext(capabilities);
  return { body: writeRequest(aRequest(request), context), lost };
}

function parameters(said: Parameters, capabilities: Partial<ModelCapabilities> = {}): ReturnType<typeof write> {
  return write({ parameters: said, tools: [TOOL] }, capabilities);
}

/** The field that a request is refused for; undefined when it is not. */
function refusedFor(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof UnsupportedFieldError ? error.field : String(error);
  }
}

describe('a written request', () => {
  it('says no more than was said, but for the output cap that Anthropic requires', () => {
    expect(write({}).body).toEqual({
      model: 'claude-test',
      max_tokens: 4096,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
    });
  });

  it('takes the output cap of the client, else the most that the model writes', () => {
    expect(parameters({ maxOutputTokens: 7 }, { outputTokensMax: 64_000 }).body['max_tokens']).toBe(7);
    expect(parameters({}, { outputTokensMax: 64_000 }).body['max_tokens']).toBe(64_000);
  });

  it('leaves room for a budget to think with where it chooses the output cap', () => {
    expect(parameters({ reasoning: { budgetTokens: 20_000 } }).body).toMatchObject({
      max_tokens: 24_096,
      thinking: { type: 'enabled', budget_tokens: 20_000 },
    });
  });

  it('carries what tunes the answer', () => {
    const { body, lost } = parameters({
      temperature: 0.5,
      topK: 4,
      stop: ['END'],
      user: 'u',
      serviceTier: 'auto',
    });
    expect(body).toMatchObject({
      temperature: 0.5,
      top_k: 4,
      stop_sequences: ['END'],
      metadata: { user_id: 'u' },
      service_tier: 'auto',
    });
    expect(lost).toEqual([]);
    expect(write({ streams: true }).body['stream']).toBe(true);
  });

  it('takes the temperature or top_p, not both', () => {
    expect(parameters({ topP: 0.9 }).body['top_p']).toBe(0.9);
    const both = parameters({ temperature: 0, topP: 0.9 });
    expect(both.body).toMatchObject({ temperature: 0 });
    expect(both.body).not.toHaveProperty('top_p');
    expect(both.lost).toEqual(['top_p']);
  });

  it('leaves out, with losses, how tokens are drawn while the model thinks', () => {
    const thinking = { reasoning: { effort: 'low' } } as const;
    const { body, lost } = parameters({ temperature: 0.5, topP: 0.5, topK: 5, ...thinking }, { thinking: 'effort' });
    expect(body).not.toHaveProperty('temperature');
    expect(body).not.toHaveProperty('top_p');
    expect(body).not.toHaveProperty('top_k');
    expect(lost).toEqual(['temperature', 'top_p', 'top_k']);
    expect(parameters({ temperature: 1, ...thinking }, { thinking: 'effort' })).toMatchObject({
      body: { temperature: 1 },
      lost: [],
    });
    expect(parameters({ topP: 0.97, ...thinking }, { thinking: 'effort' })).toMatchObject({
      body: { top_p: 0.97 },
      lost: [],
    });
  });

  it('is refused when the answer would go on behind a stop sequence', () => {
    expect(refusedFor(() => parameters({ stop: ['END', '\n\n'] }))).toBe('stop');
  });

  it('holds the answer to a schema, unless the model cannot be held to one', () => {
    const outputFormat = { kind: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true } as const;
    expect(parameters({ outputFormat, reasoning: { effort: 'low' } }, { thinking: 'effort' }).body).toMatchObject({
      output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
    });
    expect(refusedFor(() => parameters({ outputFormat }, { structuredOutput: false }))).toBe('response_format');
    expect(refusedFor(() => parameters({ outputFormat: { kind: 'json' } }))).toBe('response_format');
    expect(parameters({ outputFormat: { kind: 'text' } }).body).not.toHaveProperty('output_config');
  });
});

describe('the tools of a written request', () => {
  function tools(...offered: readonly Tool[]): unknown {
    return write({ tools: offered }).body['tools'];
  }

  it('have a schema of an object', () => {
    expect(
      tools(
        { kind: 'function', name: 'f' },
        { kind: 'function', name: 'g', description: 'd', parameters: { properties: { a: {} } }, cacheMark: '1h' },
      ),
    ).toEqual([
      { name: 'f', input_schema: { type: 'object', properties: {} } },
      {
        name: 'g',
        description: 'd',
        input_schema: { type: 'object', properties: { a: {} } },
        cache_control: { type: 'ephemeral', ttl: '1h' },
      },
    ]);
  });

  it('are held to their schema where the model can be', () => {
    const strict: Tool = { ...TOOL, strict: true };
    expect(write({ tools: [strict] }, { structuredOutput: true })).toMatchObject({
      body: { tools: [{ strict: true }] },
    });
    const without = write({ tools: [strict] }, { structuredOutput: false });
    expect(without.lost).toEqual(['tools.strict']);
    expect(JSON.stringify(without.body)).not.toContain('strict');
  });

  it("go as they are when they are Anthropic's own, as a search when they search the web, and else not at all", () => {
    const bash = { type: 'bash_20250124', name: 'bash' };
    const place = { type: 'approximate', city: 'Paris' };
    expect(
      tools(
        { kind: 'vendor', type: 'bash_20250124', webSearch: false, value: bash },
        {
          kind: 'vendor',
          type: 'web_search',
          webSearch: true,
          value: { type: 'web_search', filters: { allowed_domains: ['a.b'] }, user_location: place },
        },
        { kind: 'vendor', type: 'googleSearch', webSearch: true, value: { excludeDomains: ['c.d'] } },
      ),
    ).toEqual([
      bash,
      { type: 'web_search_20250305', name: 'web_search', allowed_domains: ['a.b'], user_location: place },
      { type: 'web_search_20250305', name: 'web_search', blocked_domains: ['c.d'] },
    ]);
    expect(refusedFor(() => tools({ kind: 'vendor', type: 'code_interpreter', webSearch: false, value: {} }))).toBe(
      'tools',
    );
  });

  it('include the search that a chat client asks for', () => {
    const webSearchOptions = {
      search_context_size: 'low',
      user_location: { type: 'approximate', approximate: { country: 'FR' } },
    };
    expect(write({ parameters: { webSearchOptions } })).toMatchObject({
      body: {
        tools: [
          {
            type: 'web_search_20250305',
            name: 'web_search',
            user_location: { type: 'approximate', country: 'FR' },
          },
        ],
      },
      lost: ['web_search_options.search_context_size'],
    });
  });
});

describe('the choice of a tool', () => {
  it.each<[Parameters, JsonObject | undefined]>([
    [{}, undefined],
    [{ parallelToolCalls: true }, undefined],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ toolChoice: { kind: 'auto' } }, { type: 'auto' }],
    [{ toolChoice: { kind: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    [
      { toolChoice: { kind: 'required' }, parallelToolCalls: false },
      { type: 'any', disable_parallel_tool_use: true },
    ],
    [{ toolChoice: { kind: 'tool', name: 'f' } }, { type: 'tool', name: 'f' }],
  ])('is written for %j', (said, choice) => {
    expect(parameters(said).body['tool_choice']).toEqual(choice);
  });

  it('is not written without tools', () => {
    expect(write({ parameters: { toolChoice: { kind: 'auto' }, parallelToolCalls: false } }).body).not.toHaveProperty(
      'tool_choice',
    );
  });

  it.each<[Parameters, Partial<ModelCapabilities>]>([
    [{ toolChoice: { kind: 'tool', name: 'g' } }, {}],
    [{ toolChoice: { kind: 'allowed', mode: 'auto', names: ['f'] } }, {}],
    [{ toolChoice: { kind: 'required' }, maxOutputTokens: 5000, reasoning: { effort: 'low' } }, { thinking: 'budget' }],
  ])('is refused when it cannot be held: %j', (said, capabilities) => {
    expect(refusedFor(() => parameters(said, capabilities))).toBe('tool_choice');
  });

  it('is refused when a tool is required and none offered', () => {
    expect(refusedFor(() => write({ parameters: { toolChoice: { kind: 'required' } } }))).toBe('tool_choice');
  });

  it('can force a tool while the model thinks by effort', () => {
    const said: Parameters = { toolChoice: { kind: 'required' }, reasoning: { effort: 'low' } };
    expect(parameters(said, { thinking: 'effort' }).body).toMatchObject({
      tool_choice: { type: 'any' },
      thinking: { type: 'adaptive' },
    });
  });
});
