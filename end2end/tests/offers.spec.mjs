// What becomes of an offer between its partner and an admin: refused, changed, taken back, led elsewhere.
import { expect, test } from '@playwright/test';
import { admin, signUp, unique } from './people.mjs';
import { apply, approve, createOffer, network, redirect, review } from './network.mjs';

/** Saves an offer, and waits until that is done. */
async function save(partner) {
  const answer = partner.waitForResponse((response) => response.request().method() === 'POST');
  await partner.getByRole('button', { name: 'Save' }).click();
  expect([200, 303]).toContain((await answer).status());
}

test('a rejected offer says why, is changed and submitted again', async ({ browser }) => {
  const partner = await signUp(browser, 'partner', unique('partner'));
  const [offer, reason] = [unique('offer'), unique('reason')];
  const path = await createOffer(partner, offer, 'https://shop.example/');
  const boss = await admin(browser);
  await boss.goto('/admin/reviews');
  await review(boss, offer).getByLabel('Reason').fill(reason);
  await review(boss, offer).getByRole('button', { name: 'Reject the offer' }).click();
  await expect(review(boss, offer)).toHaveCount(0);

  await partner.goto('/partner');
  await expect(partner.getByText(`“\u2068${offer}\u2069” was not approved`)).toBeVisible();
  await expect(partner.getByText(reason)).toBeVisible();
  await partner.getByRole('link', { name: 'Change it and submit it again' }).click();
  await expect(partner).toHaveURL(path);
  await expect(partner.getByText(reason)).toBeVisible();
  await partner.getByLabel('Description').fill('Now with a description.');
  await save(partner);
  await expect(partner.getByLabel('Description')).toHaveValue('Now with a description.');
  await partner.getByRole('button', { name: 'Submit again' }).click();
  await expect(partner.getByText('Awaiting approval')).toBeVisible();
  await expect(partner.getByText(reason)).toHaveCount(0);

  await boss.goto('/admin/reviews');
  await expect(review(boss, offer)).toContainText('Now with a description.');
  await approve(boss, offer);
  const affiliate = await signUp(browser, 'affiliate', unique('affiliate'));
  expect(await apply(affiliate, offer)).toContain('/t/');
});

test('a change of an approved offer is live, shown to the admin afterwards, and taken back with a reason', async ({ browser }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  await partner.goto(net.offerPath);
  await partner.getByLabel('Description').fill('Not what was approved.');
  await save(partner);
  await expect(partner.getByLabel('Description')).toHaveValue('Not what was approved.');

  const boss = await admin(browser);
  await boss.goto('/admin/reviews');
  const card = review(boss, net.offer);
  await expect(card).toContainText('Changed after approval');
  await expect(card.locator('ins')).toHaveText('Not what was approved.');
  await card.getByLabel('Message to the partner').fill('Please ask first.');
  await card.getByRole('button', { name: 'Revert change' }).click();
  await expect(card).toHaveCount(0);
  await partner.reload();
  await expect(partner.getByText('Please ask first.')).toBeVisible();
  await expect(partner.getByLabel('Description')).not.toHaveValue('Not what was approved.');
});

test('a macro in a destination is asked about before it is saved', async ({ browser }) => {
  const partner = await signUp(browser, 'partner', unique('partner'));
  await partner.goto('/partner/offers/new');
  await partner.getByLabel('Name').fill(unique('offer'));
  await partner.getByLabel('Destination').fill('https://shop.example/p?sub={sub}');
  const send = partner.getByRole('button', { name: 'Create and submit for approval' });
  await send.click();
  await expect(partner.getByText('Contains {sub}, which looks like a macro')).toBeVisible();
  await partner.getByLabel('Yes, this address is meant as it is').check();
  await send.click();
  await expect(partner).toHaveURL(/\/partner\/offers\/off_\w+$/);
  await expect(partner.getByLabel('Destination')).toHaveValue('https://shop.example/p?sub={sub}');
});

test('a destination on another host waits for an admin while the old one serves', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  const move = async (destination) => {
    await partner.goto(net.offerPath);
    await partner.getByLabel('Destination').fill(destination);
    await partner.getByRole('button', { name: 'Save' }).click();
  };
  const host = async () => (await redirect(request, net.link)).host;
  await move('https://other.example/new');
  await expect(partner.getByText('A new destination awaits approval')).toBeVisible();
  expect(await host()).toBe('shop.example');

  // Refused, the old one goes on serving, and the partner reads why.
  const boss = await admin(browser);
  await boss.goto('/admin/reviews');
  const card = review(boss, net.offer);
  await expect(card).toContainText('New destination: shop.example → other.example');
  await card.getByLabel('Reason').fill('Not that shop.');
  await card.getByRole('button', { name: 'Reject the destination' }).click();
  await expect(card).toHaveCount(0);
  expect(await host()).toBe('shop.example');
  await partner.reload();
  await expect(partner.getByText('Not that shop.')).toBeVisible();

  await move('https://third.example/new?b=2');
  await expect(partner.getByText('A new destination awaits approval')).toBeVisible();
  expect(await host()).toBe('shop.example');
  await approve(boss, net.offer);
  expect(await host()).toBe('third.example');

  // On the same host it is a change like any other.
  await move('https://third.example/newer');
  await expect.poll(async () => (await redirect(request, net.link)).pathname).toBe('/newer');
});
