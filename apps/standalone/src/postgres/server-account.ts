import { execFile } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StartupError } from '../startup-error.js';

/** A numeric user and group of the operating system. */
export interface AccountIds {
  readonly uid: number;
  readonly gid: number;
}

/** How to start a program: what `child_process.spawn` needs. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly ids: AccountIds | undefined;
}

const ACCOUNT_NAMES = ['postgres', 'nobody'] as const;
/** The kernel is asked, not the mode bits: access lists and mount options count too. */
const ACCESS_TEST = 'for each in "$@"; do test -x "$each" || exit 1; done';
const run = promisify(execFile);

/**
 * The account that PostgreSQL's programs run as. The server refuses to run as root, so root lends it another one:
 * the owner of data that exist already, else `postgres`, else `nobody`. No account is created on the machine.
 */
export class ServerAccount {
  private constructor(
    private readonly ids: AccountIds | undefined,
    private readonly keepsAccess: boolean,
  ) {}

  /** Chooses the account for the data in `dataDir` (which may not exist yet) and the program `postgres`. */
  static async choose(dataDir: string, existingParent: string, postgres: string): Promise<ServerAccount> {
    if (process.getuid?.() !== 0) return new ServerAccount(undefined, false);
    const ids = (await ownerOf(dataDir)) ?? (await firstKnownAccount());
    const unaided = new ServerAccount(ids, false);
    if (await passes(unaided.launch('/bin/sh', ['-c', ACCESS_TEST, 'sh', existingParent, postgres]))) return unaided;
    const account = new ServerAccount(ids, true);
    await account.requireAccess([existingParent, postgres]);
    return account;
  }

  /** Gives `file` to this account; nothing to do when that is the current user. */
  async own(file: string): Promise<void> {
    if (this.ids !== undefined) await chown(file, this.ids.uid, this.ids.gid);
  }

  /** The command line that runs `program` as this account. */
  launch(program: string, args: readonly string[]): Launch {
    if (this.ids === undefined || !this.keepsAccess) return { command: program, args, ids: this.ids };
    // A clone under /root or in a private temporary folder cannot be entered by another account. The one capability
    // kept here lets it pass through, without a change to the permissions of folders that are not ours. The secure bit
    // makes access(2), which PostgreSQL's programs ask about each other, count that capability too.
    const drop = [`--reuid=${this.ids.uid}`, `--regid=${this.ids.gid}`, '--clear-groups'];
    const keep = ['--securebits=+no_setuid_fixup', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
    return { command: 'setpriv', args: [...drop, ...keep, '--', program, ...args], ids: undefined };
  }

  private async requireAccess(paths: readonly string[]): Promise<void> {
    if (await passes(this.launch('/bin/sh', ['-c', ACCESS_TEST, 'sh', ...paths]))) return;
    throw new StartupError(
      `PostgreSQL cannot run as root, and no other account may enter ${String(paths[0])}: ` +
        'move the project to a folder that others may enter, such as /opt, or start as a normal user.',
    );
  }
}

async function ownerOf(folder: string): Promise<AccountIds | undefined> {
  const { uid, gid } = await stat(folder).catch(() => ({ uid: 0, gid: 0 }));
  return uid === 0 ? undefined : { uid, gid };
}

async function firstKnownAccount(): Promise<AccountIds> {
  for (const name of ACCOUNT_NAMES) {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(() => undefined);
    if (ids !== undefined) return { uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) };
  }
  throw new StartupError(
    'PostgreSQL refuses to run as root and this machine has no account `postgres` or `nobody` to lend it: ' +
      'start as another user, or create one with `useradd --system postgres`.',
  );
}

async function passes({ command, args, ids }: Launch): Promise<boolean> {
  return run(command, [...args], { ...ids, cwd: '/' }).then(
    () => true,
    () => false,
  );
}
