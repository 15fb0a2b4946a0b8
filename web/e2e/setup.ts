// Starts a whole site (a hypervisor and the server) for the tests, unless OUREA_URL names one.
import { SITE_PORT } from './site-port';
import { startSite } from './start-site';

export default async function setup() {
  if (process.env.OUREA_URL) return;
  return startSite(SITE_PORT);
}
