// Who affiliates are, what is decided about them, and what they are told.
import { expect, test } from '@playwright/test';
import {
  application, apply, approve, click, createOffer, myOffer, network,
} from './network.mjs';
import { admin, signUp, unique } from './people.mjs';

test('An affiliate introduces itself, is told why not, applies again, and withdraws', async ({ browser, request }) => {
  const names = { partner: unique('partner'), affiliate: unique('affiliate'), offer: unique('offer') };
  const partner = await signUp(browser, 'partner', names.partner);
  await createOffer(partner, names.offer, 'https://shop.example/p');
  const boss = await admin(browser);
  await approve(boss, names.offer);
  await boss.context().close();

  const affiliate = await signUp(browser, 'affiliate', names.affiliate);
  await affiliate.goto('/affiliate/settings');
  const profile = affiliate.locator('section', { has: affiliate.getByRole('heading', { name: 'Profile' }) });
  await profile.getByLabel('Website').fill('blog.example');
  await profile.getByLabel('SEO').check();
  await profile.getByLabel('Countries').fill('Germany');
  await profile.getByRole('button', { name: 'Save profile' }).click();
  await expect(profile.getByText('Must be the two letters of each country', { exact: false })).toBeVisible();
  await expect(profile.getByLabel('Website')).toHaveValue('blog.example');
  await expect(profile.getByLabel('SEO')).toBeChecked();
  await profile.getByLabel('Countries').fill('de, at');
  await profile.getByLabel('How you promote').fill('Reviews of shoes');
  await profile.getByRole('button', { name: 'Save profile' }).click();
  await expect(async () => {
    await affiliate.reload();
    await expect(profile.getByLabel('Countries')).toHaveValue('DE, AT', { timeout: 1000 });
  }).toPass();

  const link = await apply(affiliate, names.offer);
  const card = await application(partner, names.affiliate);
  await expect(card.getByRole('link', { name: 'blog.example' })).toHaveAttribute('href', 'https://blog.example');
  for (const fact of ['SEO', 'Germany, Austria', 'Reviews of shoes']) await expect(card).toContainText(fact);
  await card.locator('summary', { hasText: 'Reject' }).click();
  await card.getByLabel('Reason').fill('We only ship to France.');
  await card.getByRole('button', { name: 'Reject' }).click();
  await expect(card.getByText('Rejected', { exact: true })).toBeVisible();

  await affiliate.goto('/affiliate/offers');
  await expect(myOffer(affiliate, names.offer)).toContainText('We only ship to France.');
  await myOffer(affiliate, names.offer).getByRole('link', { name: names.offer }).click();
  await expect(affiliate.getByText('Your application was rejected')).toBeVisible();
  await affiliate.getByLabel('Message to the partner').fill('Half of my readers are in France.');
  await affiliate.getByRole('button', { name: 'Apply again' }).click();
  await expect(affiliate).toHaveURL(/\/affiliate\/offers$/);
  await expect(myOffer(affiliate, names.offer)).toContainText(`Waiting for ${names.partner} to approve you`);
  await expect(myOffer(affiliate, names.offer).getByLabel('Tracking link', { exact: true })).toHaveValue(link);

  const again = await application(partner, names.affiliate);
  await expect(again).toContainText('Half of my readers are in France.');
  await again.getByRole('button', { name: 'Approve' }).click();
  await expect(again.getByText('Approved', { exact: true })).toBeVisible();
  await click(request, link);

  await myOffer(affiliate, names.offer).getByRole('link', { name: names.offer }).click();
  await affiliate.locator('summary', { hasText: 'Withdraw' }).click();
  await affiliate.getByRole('button', { name: 'Withdraw' }).click();
  await expect(affiliate.getByText('You withdrew your application')).toBeVisible();
  const visit = await request.get(link, { maxRedirects: 0 });
  expect(new URL(visit.headers().location).pathname).toBe('/');
  await partner.goto(`/partner/applications?text=${names.affiliate}&status=withdrawn`);
  await expect(partner.locator('article', { hasText: names.affiliate })).toContainText('1 click');
});

test('A partner knows its affiliates, and keeps notes about them', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  await click(request, net.link);
  await partner.goto('/partner/affiliates');
  const row = partner.locator('main tbody tr', { hasText: net.affiliate });
  await expect(row.locator('td[data-label="Offers"]')).toHaveText('1');
  await expect(row.locator('td[data-label="Clicks"]')).toHaveText('1');
  await row.getByRole('link', { name: net.affiliate }).click();
  await expect(partner.locator('h1')).toHaveText(net.affiliate);
  await partner.getByRole('textbox', { name: 'Note' }).fill('Met at the fair.\nPays in coffee.');
  await partner.getByRole('button', { name: 'Save note' }).click();
  await expect(async () => {
    await partner.reload();
    await expect(partner.getByRole('textbox', { name: 'Note' })).toHaveValue('Met at the fair.\nPays in coffee.', { timeout: 1000 });
  }).toPass();
  await expect(partner.locator('article')).toContainText(net.offer);
  await partner.getByRole('link', { name: 'View report' }).click();
  await expect(partner.getByRole('row', { name: new RegExp(net.offer) })).toContainText('1');
});

test('An admin reads everything of every account and offer', async ({ browser }) => {
  const net = await network(browser);
  const boss = await admin(browser);
  for (const [name, noun] of [[net.partner, 'Partner'], [net.affiliate, 'Affiliate']]) {
    await boss.goto(`/admin/users?text=${name}`);
    await boss.getByRole('link', { name, exact: true }).click();
    await expect(boss.locator('h1')).toHaveText(name);
    await expect(boss.locator('main')).toContainText(noun);
    await expect(boss.locator('main')).toContainText('Signs in');
  }
  await boss.getByRole('link', { name: 'Tracking links', exact: true }).last().click();
  await expect(boss.locator('main tbody tr')).toHaveCount(1);
  await boss.goto(`/admin/offers?text=${net.offer}`);
  await boss.getByRole('link', { name: net.offer, exact: true }).click();
  await expect(boss.locator('h1')).toHaveText(net.offer);
  await expect(boss.locator('main')).toContainText('https://shop.example/p?a=1#top');
  await boss.getByRole('link', { name: net.partner, exact: true }).click();
  await expect(boss.locator('h1')).toHaveText(net.partner);
  await boss.context().close();
});
