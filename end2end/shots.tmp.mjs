import { chromium } from '@playwright/test';
import { readFileSync, mkdirSync } from 'node:fs';
const base = process.argv[2]; const net = JSON.parse(readFileSync(process.argv[3])); const out = process.argv[4];
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'] });
const pages = {
  none: ['/', '/signin', '/signup', '/reset', '/docs/tracking', '/nowhere'],
  partner: ['/partner', '/partner?days=7', '/partner/offers', '/partner/offers/new', 'OFFER', '/partner/applications', '/partner/conversions', '/partner/clicks', '/partner/settings'],
  affiliate: ['/affiliate', '/affiliate/marketplace', 'MARKET', '/affiliate/offers', '/affiliate/conversions', '/affiliate/clicks', '/affiliate/settings'],
  admin: ['/admin', '/admin/offers', '/admin/users', '/admin/conversions'],
};
const who = { partner: net.partners[0], affiliate: net.affiliates[0], admin: net.admin };
const link = net.links[0];
const modes = (process.argv[5] ?? 'light,dark,phone').split(',');
for (const mode of modes) {
  for (const [role, paths] of Object.entries(pages)) {
    const context = await browser.newContext({ baseURL: base, colorScheme: mode === 'dark' ? 'dark' : 'light', viewport: mode === 'phone' ? { width: 375, height: 800 } : { width: 1280, height: 850 } });
    const page = await context.newPage();
    page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') console.log(mode, role, page.url(), m.text().slice(0, 300)); });
    page.on('pageerror', (e) => console.log('PAGEERROR', page.url(), String(e).slice(0, 300)));
    if (who[role]) {
      await page.goto('/signin');
      await page.getByLabel('Email').fill(who[role].email);
      await page.getByLabel('Password').fill(who[role].password);
      await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`**/${role}`);
    }
    for (let path of paths) {
      if (path === 'OFFER') path = `/partner/offers/${link.offer_id}`;
      if (path === 'MARKET') path = `/affiliate/marketplace/${link.offer_id}`;
      const r = await page.goto(path);
      await page.waitForTimeout(400);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) console.log(mode, path, 'scrolls sideways by', wide);
      if (r.status() !== 200) console.log(mode, path, r.status());
      const name = `${out}/${mode}-${path.replace(/off_\w+/, 'ID').replace(/\W+/g, '_')}.png`;
      await page.screenshot({ path: name, fullPage: true });
    }
    await context.close();
  }
}
await browser.close();
