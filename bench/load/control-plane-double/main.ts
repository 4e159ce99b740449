import { createServer } from 'node:http';
import { SystemClock } from '#kernel';
import { serveAsChild, tellParent } from '../child-side.js';
import { ControlPlaneDouble } from './control-plane-double.js';

const settings = {
  internalSecret: process.env['INTERNAL_SECRET'] ?? '',
  jwtSecret: process.env['JWT_SECRET'] ?? '',
  virtualKey: process.env['VIRTUAL_KEY'] ?? '',
  upstreamUrl: process.env['UPSTREAM_URL'] ?? '',
};
const double = new ControlPlaneDouble(settings, new SystemClock());
process.on('message', () => tellParent(double.counts));
await serveAsChild(createServer((request, response) => void double.serve(request, response)));
