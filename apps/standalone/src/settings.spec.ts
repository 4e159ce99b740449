import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.js';

describe('readSettings', () => {
  it('keeps data in the project and listens where the documents say', () => {
    expect(readSettings([], {}, '/project')).toEqual({
      varDir: '/project/var',
      controlPlanePort: 5560,
      gatewayPort: 5563,
      demoPort: 5564,
      reset: false,
      help: false,
    });
  });

  it('takes an empty variable for an unset one', () => {
    expect(readSettings([], { STANDALONE_GATEWAY_PORT: '' }, '/project').gatewayPort).toBe(5563);
  });

  it('reads a folder from the project on, and flags from the command line', () => {
    const settings = readSettings(['--reset'], { STANDALONE_VAR_DIR: 'data' }, '/project');
    expect(settings).toMatchObject({ varDir: '/project/data', reset: true });
  });

  it.each(['65536', '-1', 'http', '5563.5'])('refuses the port %s by name', (port) => {
    expect(() => readSettings([], { STANDALONE_GATEWAY_PORT: port }, '/project')).toThrow(
      'STANDALONE_GATEWAY_PORT must be a port number from 0 to 65535.',
    );
  });

  it.each([['--rest'], ['reset']])('refuses the argument %s', (argument) => {
    expect(() => readSettings([argument], {}, '/project')).toThrow(/^Unknown argument in `.*`: try/);
  });
});
