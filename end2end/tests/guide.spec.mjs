// The guide in a browser: its contents lead somewhere, and its snippet for landing pages does what it says.
import { createServer } from 'node:http';
import { expect, test } from '@playwright/test';

test('every link within the guide has its place', { tag: '@hydrated' }, async ({ page }) => {
  await page.goto('/docs/tracking');
  const targets = await page.locator('.guide a[href^="#"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(targets.length).toBeGreaterThan(10);
  for (const target of targets) await expect(page.locator(`[id="${target.slice(1)}"]`), target).toHaveCount(1);
});

test('the snippet of the guide keeps the click_id of a landing page until the order', { tag: '@hydrated' }, async ({ page }) => {
  await page.goto('/docs/tracking');
  const snippet = await page.locator('.code', { has: page.locator('.code__head', { hasText: 'HTML' }) }).locator('code').textContent();
  const shop = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(`<!doctype html>${snippet}`));
  await new Promise((resolve) => { shop.listen(0, '127.0.0.1', resolve); });
  const site = `http://127.0.0.1:${shop.address().port}`;
  const field = page.locator('input[name="click_id"]');
  try {
    await page.goto(`${site}/`);
    await expect(field).toHaveValue('');
    await page.goto(`${site}/p?a=1&click_id=clk_first&offer_id=off_x#top`);
    await expect(field).toHaveValue('clk_first');
    // Further on, the address has lost it.
    await page.goto(`${site}/checkout`);
    await expect(field).toHaveValue('clk_first');
    await page.goto(`${site}/p?click_id=clk_second`);
    await page.goto(`${site}/checkout`);
    await expect(field).toHaveValue('clk_second');
  } finally {
    shop.close();
    shop.closeAllConnections();
  }
});
