// Reports: what is asked stands in the address, with and without scripts.
import { expect, test } from '@playwright/test';
import { click, network } from './network.mjs';

test('@hydrated A report is chosen, narrowed and taken back in place', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  for (let count = 0; count < 3; count += 1) await click(request, net.link);
  await partner.goto('/partner/reports');
  await expect(partner.locator('main')).toContainText(' time');
  // As by hand: who changes a field is in it.
  await partner.getByLabel('By', { exact: true }).focus();
  await partner.getByLabel('By', { exact: true }).selectOption('Affiliate');
  await expect(partner).toHaveURL(/by=affiliate/);
  const report = partner.getByRole('region', { name: 'Report' });
  await expect(report.locator('tbody tr')).toHaveCount(1);
  await expect(report.locator('tbody tr')).toContainText(net.affiliate);
  await expect(report.locator('tfoot')).toContainText('Total of 1 row');
  await expect(partner.getByLabel('By', { exact: true })).toBeFocused();

  // Sorted by a head, narrowed by a row, and back.
  await report.getByRole('link', { name: 'Conversions' }).click();
  await expect(partner).toHaveURL(/sort=-conversions/);
  await report.getByRole('link', { name: net.affiliate, exact: true }).click();
  await expect(partner.locator('.chip')).toContainText('Affiliate is');
  await partner.getByRole('link', { name: /^Remove: Affiliate is/ }).click();
  await expect(partner.locator('.chip')).toHaveCount(0);
  await partner.goBack();
  await expect(partner.locator('.chip')).toHaveCount(1);
});

test('@hydrated The chart is read by keys', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  await click(request, net.link);
  await partner.goto('/partner/reports?by=day&range=7d');
  const chart = partner.getByRole('slider', { name: 'Clicks' });
  await chart.focus();
  await chart.press('End');
  await expect(chart).toHaveAttribute('aria-valuenow', '6');
  await expect(partner.locator('.line-chart__reading .num')).toHaveText('1');
  await chart.press('ArrowLeft');
  await expect(partner.locator('.line-chart__reading .num')).toHaveText('0');
});

test('A report is the same without scripts, and as a file', async ({ browser, request }) => {
  const net = await network(browser);
  await click(request, net.link);
  const state = await net.pages.partner.context().storageState();
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  await page.goto('/partner/reports');
  await page.getByLabel('By', { exact: true }).selectOption('Offer');
  await page.getByLabel('Range').selectOption('Today');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/by=offer/);
  await expect(page.getByRole('region', { name: 'Report' }).locator('tbody tr')).toContainText(net.offer);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  const text = await (await (await download).createReadStream()).toArray();
  expect(Buffer.concat(text).toString()).toMatch(/^offer_id,offer,clicks,.*\r\noff_\w+,/);
  await context.close();
});
