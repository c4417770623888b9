// Pictures of every page: for each role, with a demo network and on the first day, light and dark, at three widths. Says what
// is wrong with their layout, in the console, and to axe; `node shots.mjs WORD` takes those with the word in their names.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from '@playwright/test';

const WORD = process.argv[2] ?? '';
const WIDTHS = [360, 768, 1440];
const program = process.env.PROGRAM ?? new URL('../target/release/something-project', import.meta.url).pathname;
const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const shots = new URL('shots/', import.meta.url).pathname;

// A link on a page stands for what it leads to: `offers > a[href*="/offers/off_"]`.
const LISTS = {
  visitor: ['', 'signin', 'signup?role=affiliate', 'reset', 'docs/tracking', 'docs/numbers', 'nowhere'],
  partner: ['', 'offers', 'offers > a[href*="/offers/off_"]', 'offers/new', 'applications', 'affiliates', 'affiliates > a[href*="/affiliates/aff_"]', 'conversions', 'conversions > a[href*="/conversions/cnv_"]',
    'clicks', 'clicks?range=7d&f.country=DE,AT', 'clicks > a[href*="/clicks/clk_"]', 'reports', 'reports?by=offer,country&compare=previous&range=7d',
    'settings', 'settings/activity'],
  affiliate: ['', 'marketplace', 'marketplace > a[href*="/marketplace/off_"]', 'offers', 'conversions', 'clicks', 'reports', 'settings', 'settings/activity'],
  admin: ['', 'reviews', 'offers', 'offers > a[href*="/offers/off_"]', 'links', 'users', 'users > a[href*="/affiliates/aff_"]', 'activity', 'conversions', 'clicks', 'reports?by=partner', 'settings'],
};

const freePort = () => new Promise((resolve) => {
  const server = createServer();
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

const folder = mkdtempSync(join(tmpdir(), 'sp-shots-'));
const address = `127.0.0.1:${await freePort()}`;
const env = { ...process.env, LISTEN_ADDR: address, DATABASE_URL: `sqlite://${join(folder, 'demo.db')}`, SECRET_KEY_FILE: join(folder, 'secret.key') };
const demo = JSON.parse(spawnSync(program, ['demo', '--json'], { env, maxBuffer: 1e8 }).stdout);
const log = openSync(join(folder, 'program.log'), 'a');
const server = spawn(program, ['serve'], { env, stdio: ['ignore', log, log] });
for (let tries = 0; tries < 300; tries += 1) {
  if (readFileSync(join(folder, 'program.log'), 'utf8').includes('is running')) break;
  await new Promise((resolve) => { setTimeout(resolve, 100); });
}

const problems = [];
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const fresh = (options) => browser.newContext({ baseURL: `http://${address}`, timezoneId: 'Europe/Berlin', ...options });

async function signIn(context, { email, password }) {
  const page = await context.newPage();
  await page.goto('/signin');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/(partner|affiliate|admin)$/);
  await page.close();
}

async function signUp(context, role) {
  const page = await context.newPage();
  const person = { email: `first-${role}@shots.example`, password: 'correct horse battery' };
  await page.goto(`/signup?role=${role}`);
  await page.getByLabel('Name').fill('A newcomer');
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.locator('main').getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(/\/signin/);
  await page.close();
  return person;
}

/** What stands beyond the page's right side, or is cut off without a sign of it. */
const misplaced = () => {
  const found = [];
  const scrolls = document.documentElement.scrollWidth - window.innerWidth;
  if (scrolls > 0) found.push(`scrolls sideways by ${scrolls} px`);
  for (const element of document.querySelectorAll('main *, header *')) {
    const { display, visibility, overflowX, textOverflow } = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (display === 'none' || visibility === 'hidden' || box.width < 2 || element.closest('.visually-hidden, [hidden], .table-wrap, pre, svg')) continue;
    if (box.right > window.innerWidth + 1) found.push(`beyond the side: <${element.localName} class="${element.className}">`);
    const isText = element.childElementCount === 0 && element.textContent.trim() !== '';
    if (isText && display !== 'inline' && overflowX !== 'visible' && textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1) {
      found.push(`cut off: ${element.textContent.trim().slice(0, 60)}`);
    }
  }
  return [...new Set(found)].slice(0, 5);
};

async function take(context, state, role, entry) {
  const [path, selector] = entry.split(' > ');
  const base = role === 'visitor' ? '/' : `/${role}${path && !path.startsWith('?') ? '/' : ''}`;
  const page = await context.newPage();
  const said = [];
  page.on('console', (message) => { if (message.type() === 'error' && !/404/.test(message.text())) said.push(message.text()); });
  page.on('pageerror', (error) => said.push(String(error)));
  let to = `${base}${path}`;
  if (selector) {
    await page.goto(to);
    const link = page.locator(`main ${selector}`).first();
    to = await link.count() ? await link.getAttribute('href') : null;
  }
  const name = `${role}-${state}-${(selector ? `${path}-one` : path || 'first').replace(/[^\w]+/g, '_')}`;
  if (to && name.includes(WORD)) {
    await page.goto(to);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(120);
        const label = `${name}-${width}-${scheme}`;
        await page.screenshot({ path: join(shots, `${label}.png`), fullPage: width === 1440 });
        problems.push(...(await page.evaluate(misplaced)).map((what) => `${label}: ${what}`));
      }
      const { violations } = await new AxeBuilder({ page }).analyze();
      problems.push(...violations.map(({ id, nodes }) => `${name}-${scheme}: axe ${id}: ${nodes[0].html.slice(0, 120)}`));
    }
    problems.push(...said.map((what) => `${name}: console: ${what}`));
  }
  await page.close();
}

try {
  rmSync(shots, { recursive: true, force: true });
  mkdirSync(shots, { recursive: true });
  const people = { partner: demo.partners[0], affiliate: demo.affiliates[0], admin: demo.admin };
  for (const [role, entries] of Object.entries(LISTS)) {
    const filled = await fresh();
    if (people[role]) await signIn(filled, people[role]);
    for (const entry of entries) await take(filled, 'filled', role, entry);
    await filled.close();
    if (role === 'partner' || role === 'affiliate') {
      const first = await fresh();
      await signIn(first, await signUp(first, role));
      for (const entry of entries.filter((entry) => !entry.includes(' > '))) await take(first, 'firstday', role, entry);
      await first.close();
    }
  }
} finally {
  await browser.close();
  server.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
problems.forEach((what) => console.log(what));
console.log(`${problems.length} problems; pictures in ${shots}`);
process.exitCode = problems.length ? 1 : 0;
