// Starts the built program on a free port with an empty database, runs Playwright against it, and stops it again.
// PROGRAM names another build than that of `make build`, CHROMIUM another browser.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = process.env.PROGRAM ?? new URL('../target/release/something-project', import.meta.url).pathname;
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const chromium = process.env.CHROMIUM ?? browsers.find(existsSync);
if (!existsSync(program)) throw new Error('build it first: make build');
if (!chromium) throw new Error('no Chromium found; name one in CHROMIUM');

const freePort = () => new Promise((resolve) => {
  const server = createServer();
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

const folder = mkdtempSync(join(tmpdir(), 'sp-end2end-'));
const address = `127.0.0.1:${await freePort()}`;
const env = {
  ...process.env,
  LISTEN_ADDR: address,
  DATABASE_URL: `sqlite://${join(folder, 'test.db')}`,
  SECRET_KEY_FILE: join(folder, 'secret.key'),
  // Each browser of a test says which address it has, as behind a proxy: tries at signing in are counted by address.
  TRUSTED_PROXIES: '127.0.0.1',
};
delete env.SMTP_URL;

// Straight into a file, where the tests find the mails: Playwright runs synchronously, so nobody would read a pipe.
const logFile = join(folder, 'program.log');
const log = openSync(logFile, 'a');
const server = spawn(program, ['serve'], { env, stdio: ['ignore', log, log] });
closeSync(log);
const output = () => readFileSync(logFile, 'utf8');

const setupAddress = async () => {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = output().match(/http:\S+\/setup\?token=\w+/);
    if (found) return found[0];
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`the program did not start:\n${output()}`);
};

/** What failed, once more: the list of all tests is long, and the program's log comes after it. */
const failures = (file) => {
  if (!existsSync(file)) return [];
  const inSuite = (suite) => [
    ...(suite.specs ?? []).filter((spec) => !spec.ok).flatMap((spec) => spec.tests.flatMap((test) => test.results
      .flatMap((result) => result.errors)
      .map((error) => `FAILED [${test.projectName}] ${spec.file}:${spec.line} ${spec.title}\n${error.message}`))),
    ...(suite.suites ?? []).flatMap(inSuite),
  ];
  return JSON.parse(readFileSync(file, 'utf8')).suites.flatMap(inSuite);
};

let status = 1;
const results = join(folder, 'results.json');
try {
  const setup = await setupAddress();
  const playwright = new URL('node_modules/.bin/playwright', import.meta.url).pathname;
  const run = spawnSync(playwright, ['test', ...process.argv.slice(2)], {
    cwd: new URL('.', import.meta.url).pathname,
    env: { ...env, BASE_URL: `http://${address}`, SETUP_URL: setup, LOG_FILE: logFile, CHROMIUM: chromium, PROGRAM: program, PLAYWRIGHT_JSON_OUTPUT_NAME: results },
    stdio: 'inherit',
  });
  status = run.status ?? 1;
} finally {
  if (status !== 0) console.error([output(), ...failures(results)].join('\n\n'));
  server.kill('SIGTERM');
  await new Promise((resolve) => { server.once('exit', resolve); });
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = status;
