import { expect, it } from 'vitest';
import { appEnvironments } from './app-environments.js';

const wiring = {
  controlPlaneUrl: 'http://127.0.0.1:5560',
  gatewayUrl: 'http://127.0.0.1:5563',
  databaseUrl: 'postgres://database',
  spoolDir: '/var/spool',
  secrets: { internalSecret: 'i', jwtSecret: 'j', keyPepper: 'p', sealingKey: 's', databasePassword: 'd' },
};

it('tells no program the key of a provider, and passes everything else through', () => {
  const inherited = { OPENAI_API_KEY: 'sk-1', GOOGLE_API_KEY: 'g-1', LOG_LEVEL: 'debug', PATH: '/bin' };
  const { controlPlane, gateway } = appEnvironments({ ...wiring, inherited });
  for (const environment of [controlPlane, gateway]) {
    expect(environment).toMatchObject({ LOG_LEVEL: 'debug', PATH: '/bin' });
    expect(Object.values(environment)).not.toContain('sk-1');
    expect(Object.values(environment)).not.toContain('g-1');
  }
});

it('gives the database and what opens its secrets to the control plane alone', () => {
  const { controlPlane, gateway } = appEnvironments({ ...wiring, inherited: {} });
  for (const name of ['DATABASE_URL', 'LW_VIRTUAL_KEY_PEPPER', 'CONTROL_PLANE_SEALING_KEYS']) {
    expect(controlPlane).toHaveProperty(name);
    expect(gateway).not.toHaveProperty(name);
  }
});

it('keeps both on the loopback address', () => {
  const { controlPlane, gateway } = appEnvironments({ ...wiring, inherited: {} });
  expect(controlPlane['CONTROL_PLANE_ADDR']).toBe('127.0.0.1:5560');
  expect(gateway['SERVER_ADDR']).toBe('127.0.0.1:5563');
});
