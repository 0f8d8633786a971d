import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { paymentService } from './payments';

const LOG = 'test-results/server.log';
/** The first start creates a database and loads the demo community. */
const START_LIMIT = 120_000;
const STOP_LIMIT = 30_000;

/** The site is known to a Google that is not there: what it offers is shown, and nothing comes of it. */
const GOOGLE = { DOGEAR_GOOGLE_CLIENT_ID: 'end2end', DOGEAR_GOOGLE_CLIENT_SECRET: 'none', DOGEAR_GOOGLE_URL: 'http://127.0.0.1:9' };

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with “cargo xtask test browser”.`);
  return value;
}

/** Starts the one server of the run; the returned function stops it. */
export default async function start(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'dogear-end2end-'));
  mkdirSync('test-results', { recursive: true });
  const log = createWriteStream(LOG);
  const service = await paymentService();
  const server = spawn(
    variable('DOGEAR_PROGRAM'),
    ['serve', '--demo', '--site-root', variable('DOGEAR_SITE_ROOT'), '--data-dir', folder, '--listen', '127.0.0.1:0'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DOGEAR_RATE_LIMIT_FACTOR: '1000', ...GOOGLE, ...service.known, DATABASE_URL: undefined, REDIS_URL: undefined },
    },
  );
  server.stderr.pipe(log, { end: false });
  server.stdout.pipe(log, { end: false });
  try {
    const url = await address(server);
    await ready(new URL('/readyz', url));
    process.env.DOGEAR_URL = url;
    process.env.DOGEAR_FOLDER = folder;
    process.env.PAYMENT_SERVICE = service.url;
    // Readers of the journeys are new, and host at once: what a new host waits for is tested on the server.
    await dogear('admin', 'first-events', 'publish');
  } catch (error) {
    await stop(server, folder);
    service.close();
    throw new Error(`The server did not start: ${String(error)}\n${readFileSync(LOG, 'utf8').slice(-4000)}`);
  }
  return async () => {
    await stop(server, folder);
    service.close();
    const panics = readFileSync(LOG, 'utf8').match(/^.*panicked at.*$/gm);
    if (panics) throw new Error(`The server panicked, see end2end/${LOG}:\n${panics.join('\n')}`);
  };
}

async function address(server: ChildProcess & { stdout: NodeJS.ReadableStream }): Promise<string> {
  const failure = new Promise<never>((_, fail) => {
    server.once('error', fail);
    server.once('exit', (code) => fail(new Error(`it ended with code ${code}`)));
    setTimeout(() => fail(new Error('it took too long')), START_LIMIT).unref();
  });
  const found = (async () => {
    for await (const line of createInterface(server.stdout)) {
      const url = /^Dogear is open at (\S+)/.exec(line)?.[1];
      if (url) return url;
    }
    throw new Error('it never said where it is open');
  })();
  return Promise.race([found, failure]);
}

/** A busy machine may be slow to find its database the first time. */
async function ready(url: URL): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    if ((await fetch(url)).ok) return;
    await new Promise((later) => setTimeout(later, 500));
  }
  throw new Error('/readyz does not become 200');
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    const patience = setTimeout(() => server.kill('SIGKILL'), STOP_LIMIT);
    await ended;
    clearTimeout(patience);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Runs a command of the program on the running site's database, and returns what it printed. */
export async function dogear(...command: string[]): Promise<string> {
  const kept = (name: string) => readFileSync(join(variable('DOGEAR_FOLDER'), name), 'utf8').trim();
  const { stdout } = await promisify(execFile)(variable('DOGEAR_PROGRAM'), command, {
    env: {
      ...process.env,
      DATABASE_URL: `postgres://dogear:${kept('postgres.password')}@127.0.0.1:${kept('postgres.port')}/dogear`,
      REDIS_URL: `redis://default:${kept('redis.password')}@127.0.0.1:${kept('redis.port')}/0`,
      DOGEAR_DATA_DIR: variable('DOGEAR_FOLDER'),
    },
  });
  return stdout;
}
