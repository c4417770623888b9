// Starts the built program on a free port with an empty database, runs Playwright against it, and stops it again.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = new URL('../target/release/something-project', import.meta.url).pathname;
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
};
let output = '';
const server = spawn(program, ['serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
server.stdout.on('data', (text) => { output += text; });
server.stderr.on('data', (text) => { output += text; });

const setupAddress = async () => {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = output.match(/http:\S+\/setup\?token=\w+/);
    if (found) return found[0];
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`the program did not start:\n${output}`);
};

let status = 1;
try {
  const setup = await setupAddress();
  const playwright = new URL('node_modules/.bin/playwright', import.meta.url).pathname;
  const run = spawnSync(playwright, ['test', ...process.argv.slice(2)], {
    cwd: new URL('.', import.meta.url).pathname,
    env: { ...env, BASE_URL: `http://${address}`, SETUP_URL: setup, CHROMIUM: chromium, PROGRAM: program },
    stdio: 'inherit',
  });
  status = run.status ?? 1;
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => { server.once('exit', resolve); });
  rmSync(folder, { recursive: true, force: true });
}
if (status !== 0) console.error(output);
process.exitCode = status;
