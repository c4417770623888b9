// A program of a test's own, and a proxy in front of it that can lose it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const listening = (server) => new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(server.address().port)); });

async function freePort() {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

/** A program with an empty database, which can be stopped and started again at the same address. */
export async function program(settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sp-trouble-'));
  const port = await freePort();
  const env = {
    ...process.env,
    LISTEN_ADDR: `127.0.0.1:${port}`,
    DATABASE_URL: `sqlite://${join(folder, 'test.db')}`,
    SECRET_KEY_FILE: join(folder, 'secret.key'),
    DRAIN_SECONDS: '0',
    ...settings,
  };
  let child;
  const isReady = async () => {
    try {
      return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
    } catch {
      return false;
    }
  };
  const start = async () => {
    child = spawn(process.env.PROGRAM, ['serve'], { env, stdio: 'ignore' });
    for (let tries = 0; tries < 300; tries += 1) {
      if (await isReady()) return;
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    throw new Error('the program did not start');
  };
  const stop = () => new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
  const end = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, start, stop, end };
}

/** A proxy to a port of this machine that answers 502 for as long as it is told to. */
async function proxy(target) {
  let isDown = false;
  const open = new Set();
  const server = createServer((asked, answer) => {
    if (isDown) {
      answer.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad gateway</h1>');
      return;
    }
    const { method, url, headers } = asked;
    const passed = send({ host: '127.0.0.1', port: target(), method, path: url, headers }, (answered) => {
      answer.writeHead(answered.statusCode, answered.headers);
      answered.pipe(answer);
      answered.on('error', () => answer.destroy());
    });
    passed.on('error', () => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad gateway</h1>');
    });
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  const port = await listening(server);
  const lose = () => {
    isDown = true;
    open.forEach((socket) => socket.destroy());
  };
  const find = () => { isDown = false; };
  const end = () => {
    open.forEach((socket) => socket.destroy());
    return new Promise((resolve) => { server.close(resolve); });
  };
  return { address: `http://127.0.0.1:${port}`, lose, find, end };
}

/** Does something with a program of its own behind such a proxy, and ends both. */
export async function behindProxy(use) {
  let own;
  const front = await proxy(() => own.port);
  own = await program({ PUBLIC_URL: front.address });
  await own.start();
  try {
    await use(own, front);
  } finally {
    await own.end();
    await front.end();
  }
}
