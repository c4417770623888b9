// Who did what: partners and affiliates find what concerns them in their settings, admins all of it.
import { expect, test } from '@playwright/test';
import { admin } from './people.mjs';
import { network, setPaused } from './network.mjs';

test('what was done is told to those whom it concerns', async ({ browser }) => {
  const net = await network(browser);
  const { partner, affiliate } = net.pages;
  await setPaused(partner, net.offerPath, true);
  await partner.goto('/partner/settings');
  await partner.getByRole('link', { name: 'What was done' }).click();
  await expect(partner).toHaveURL(/\/partner\/settings\/activity$/);
  const row = (page, text) => page.locator('tbody tr', { hasText: text });
  await expect(row(partner, 'paused the offer')).toContainText('You');
  // Each visitor of these tests has an address of its own.
  await expect(row(partner, 'paused the offer')).toContainText(/10\.\d+\.\d+\.\d+/);
  await expect(row(partner, 'approved the offer')).toContainText('An admin');
  await expect(row(partner, 'approved the offer')).not.toContainText(/\d+\.\d+\.\d+\.\d+/);
  await row(partner, 'paused the offer').getByRole('link').click();
  await expect(partner).toHaveURL(new RegExp(`${net.offerPath}$`));

  await affiliate.goto('/affiliate/settings/activity?status=application');
  await expect(row(affiliate, 'approved an application for')).toContainText(net.partner);
  await expect(affiliate.locator('tbody tr')).toHaveCount(2);

  const boss = await admin(browser);
  await boss.goto(`/admin/activity?text=${net.offer}`);
  await expect(row(boss, 'paused the offer')).toContainText(net.partner);
  const applied = row(boss, 'applied for');
  await expect(applied).toContainText(net.affiliate);
  await boss.goto(`/admin/activity?text=${net.affiliate}&status=account`);
  const made = row(boss, 'made the account');
  await made.locator('summary').click();
  await expect(made.getByText('affiliate', { exact: true })).toBeVisible();
});
