import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { StartupError } from './startup-error.js';

/** What the command line and the environment say about a local start. */
export interface Settings {
  /** Folder of all data. Default: `var` in the project. */
  readonly varDir: string;
  /** Port of the control plane on 127.0.0.1. Default 5560; 0 takes a free one. */
  readonly controlPlanePort: number;
  /** Port of the gateway on 127.0.0.1. Default 5563; 0 takes a free one. */
  readonly gatewayPort: number;
  /** Port that the demo provider prefers on 127.0.0.1. Default 5564. */
  readonly demoPort: number;
  /** Delete the data first. Default false. */
  readonly reset: boolean;
  /** Only explain the command. Default false. */
  readonly help: boolean;
}

/** What `npm start -- --help` prints. */
export const USAGE = `Usage: npm start [-- --reset]

Brings up PostgreSQL, the control plane and the gateway on this machine.

  --reset  delete all local data first and start over
  --help   show this

Environment:
  STANDALONE_VAR_DIR             folder of all data (default: var)
  STANDALONE_CONTROL_PLANE_PORT  default 5560; 0 takes a free port
  STANDALONE_GATEWAY_PORT        default 5563; 0 takes a free port
  STANDALONE_DEMO_PORT           default 5564; where taken, a free port
  OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY …  become model providers; see README.md`;

const PORT_MAX = 65_535;

const port = (defaultPort: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, `must be a port number from 0 to ${PORT_MAX}`)
    .transform(Number)
    .pipe(z.number().max(PORT_MAX, `must be a port number from 0 to ${PORT_MAX}`))
    .prefault(String(defaultPort));

const variables = z.object({
  STANDALONE_VAR_DIR: z.string().optional(),
  STANDALONE_CONTROL_PLANE_PORT: port(5560),
  STANDALONE_GATEWAY_PORT: port(5563),
  STANDALONE_DEMO_PORT: port(5564),
});

/** Reads both; an empty variable counts as unset. Throws a {@link StartupError} that names what is wrong. */
export function readSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  projectDir: string,
): Settings {
  const flags = readFlags(args);
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StartupError(`${String(issue?.path[0])} ${issue?.message}.`);
  }
  return {
    ...flags,
    varDir: path.resolve(projectDir, parsed.data.STANDALONE_VAR_DIR ?? 'var'),
    controlPlanePort: parsed.data.STANDALONE_CONTROL_PLANE_PORT,
    gatewayPort: parsed.data.STANDALONE_GATEWAY_PORT,
    demoPort: parsed.data.STANDALONE_DEMO_PORT,
  };
}

function readFlags(args: readonly string[]): { reset: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { reset: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    return values;
  } catch (cause) {
    throw new StartupError(`Unknown argument in \`${args.join(' ')}\`: try \`npm start -- --help\`.`, { cause });
  }
}
