// What people do with their accounts, and what an admin or a partner takes away and gives back.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { PASSWORD, admin, confirm, emailOf, signIn, signUp, unique, visitor } from './people.mjs';
import { apiKey, application, click, network, postback, redirect } from './network.mjs';

const NEW_PASSWORD = 'a much better horse';
const WRONG_CREDENTIALS = 'Wrong email or password.';
const EXPIRED = 'This link is no longer valid. Ask for a new one.';

/** The newest reset link that was mailed to somebody: without a mail server the program's log is the mailbox. */
async function resetLink(name, but = '') {
  const newest = () => {
    const mails = readFileSync(process.env.LOG_FILE, 'utf8').split(' INFO mail:');
    const own = mails.filter((mail) => mail.includes(`to=${emailOf(name)} `)).at(-1);
    return own?.match(/http:\S+\/reset\?token=\w+/)?.[0] ?? but;
  };
  await expect.poll(newest).not.toBe(but);
  return newest();
}

async function askForReset(page, name) {
  await page.goto('/reset');
  await page.getByLabel('Email').fill(emailOf(name));
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByText('If there is an account with this email, a mail is on its way.')).toBeVisible();
}

async function setPassword(page, link) {
  await page.goto(link);
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Set the password' }).click();
}

async function expectSignedOut(page) {
  await page.goto('/partner/settings');
  await expect(page).toHaveURL(/\/signin\?next=/);
}

test('a forgotten password is replaced by the link of the mail, once', async ({ browser }) => {
  const name = unique('partner');
  const old = await signUp(browser, 'partner', name);
  const page = await visitor(browser);
  // The answer is the same where there is no account; only no mail is sent.
  const nobody = unique('nobody');
  await askForReset(page, nobody);
  await askForReset(page, name);
  const first = await resetLink(name);
  expect(readFileSync(process.env.LOG_FILE, 'utf8')).not.toContain(emailOf(nobody));
  await askForReset(page, name);
  const link = await resetLink(name, first);

  // Only the newest link is good, and it signs in.
  await setPassword(page, first);
  await expect(page.getByText(EXPIRED)).toBeVisible();
  await setPassword(page, link);
  await expect(page).toHaveURL(/\/partner$/);
  await expectSignedOut(old);

  const stranger = await visitor(browser);
  await setPassword(stranger, link);
  await expect(stranger.getByText(EXPIRED)).toBeVisible();
  await expectSignedOut(stranger);
  await signIn(stranger, name);
  await expect(stranger.getByText(WRONG_CREDENTIALS)).toBeVisible();
  await signIn(stranger, name, NEW_PASSWORD);
  await expect(stranger).toHaveURL(/\/partner\/settings$/);
});

test('a changed password ends the sessions of all other browsers', async ({ browser }) => {
  const name = unique('partner');
  const page = await signUp(browser, 'partner', name);
  const other = await visitor(browser);
  await other.goto('/signin');
  await signIn(other, name);
  await expect(other).toHaveURL(/\/partner$/);

  await page.goto('/partner/settings');
  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Is not your current password')).toBeVisible();
  await other.reload();
  await expect(other).toHaveURL(/\/partner$/);

  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Your password is changed')).toBeVisible();
  await page.goto('/partner/offers');
  await expect(page).toHaveURL(/\/partner\/offers$/);
  await expectSignedOut(other);
  await signIn(other, name, NEW_PASSWORD);
  await expect(other).toHaveURL(/\/partner\/settings$/);
});

test('/setup is gone once there is an admin', async ({ browser }) => {
  await admin(browser);
  const page = await visitor(browser);
  for (const address of ['/setup', '/setup?token=', process.env.SETUP_URL]) {
    expect((await page.goto(address)).status(), address).toBe(404);
    await expect(page.getByRole('button', { name: 'Create the admin' })).toHaveCount(0);
  }
  const token = new URL(process.env.SETUP_URL).searchParams.get('token');
  const second = { name: 'Second', email: emailOf(unique('second')), password: PASSWORD };
  const answer = await page.request.post('/setup', { form: { __action: 'set_up', token, ...second } });
  expect(answer.status()).toBe(404);
});

test('an admin suspends a partner and restores it', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  const key = await apiKey(partner);
  const clickId = await click(request, net.link);
  const boss = await admin(browser);
  await boss.goto(`/admin/users?text=${net.partner}`);
  const row = boss.locator('tr', { hasText: emailOf(net.partner) });
  await confirm(row, 'Suspend', 'Suspend');
  await expect(row.getByText('Suspended', { exact: true })).toBeVisible();

  await expectSignedOut(partner);
  await signIn(partner, net.partner);
  await expect(partner.getByText(WRONG_CREDENTIALS)).toBeVisible();
  expect((await redirect(request, net.link)).pathname).toBe('/');
  expect(await postback(request, { api_key: key, click_id: clickId })).toMatchObject({ http: 403, error: 'invalid_api_key' });
  await net.pages.affiliate.goto(`/affiliate/marketplace?text=${net.offer}`);
  await expect(net.pages.affiliate.getByRole('link', { name: net.offer })).toHaveCount(0);

  await row.getByRole('button', { name: 'Restore' }).click();
  await expect(row.getByText('Active', { exact: true })).toBeVisible();
  expect((await redirect(request, net.link)).host).toBe('shop.example');
  expect(await postback(request, { api_key: key, click_id: clickId })).toMatchObject({ http: 200, ok: true, duplicate: false });
  await signIn(partner, net.partner);
  await expect(partner).toHaveURL(/\/partner\/settings$/);
});

test('regenerating the API key asks first, and then only the new key works', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner } = net.pages;
  const old = await apiKey(partner);
  const params = { click_id: await click(request, net.link) };
  // Asked, and thought better of it.
  await partner.locator('summary', { hasText: 'Regenerate key' }).click();
  await expect(partner.getByText('Regenerate the API key?')).toBeVisible();
  expect(await postback(request, { ...params, api_key: old })).toMatchObject({ http: 200, ok: true });

  await partner.goto('/partner/settings');
  await confirm(partner, 'Regenerate key', 'Regenerate');
  await expect(partner.getByText('New key created')).toBeVisible();
  expect(await postback(request, { ...params, api_key: old })).toMatchObject({ http: 403, error: 'invalid_api_key' });
  const key = await apiKey(partner);
  expect(key).not.toBe(old);
  expect(await postback(request, { ...params, api_key: key })).toMatchObject({ http: 200, ok: true, duplicate: true });
});

test('a revoked application can be approved again', async ({ browser, request }) => {
  const net = await network(browser);
  const { partner, affiliate } = net.pages;
  const card = await application(partner, net.affiliate);
  await confirm(card, 'Revoke', 'Revoke');
  await expect(card.getByText('Revoked')).toBeVisible();
  expect((await redirect(request, net.link)).pathname).toBe('/');
  await affiliate.goto('/affiliate/offers');
  await expect(affiliate.getByText(`${net.partner} revoked your approval`)).toBeVisible();

  await card.getByRole('button', { name: 'Approve' }).click();
  await expect(card.getByText('Approved')).toBeVisible();
  expect((await redirect(request, net.link)).host).toBe('shop.example');
  await affiliate.reload();
  await expect(affiliate.getByText('Visitors reach the offer')).toBeVisible();
});

test('another role\'s pages do not exist', async ({ browser }) => {
  const everyone = {
    partner: await signUp(browser, 'partner', unique('partner')),
    affiliate: await signUp(browser, 'affiliate', unique('affiliate')),
    admin: await admin(browser),
  };
  const pages = {
    partner: ['/partner', '/partner/offers', '/partner/offers/new', '/partner/settings', '/partner/clicks'],
    affiliate: ['/affiliate', '/affiliate/marketplace', '/affiliate/offers', '/affiliate/settings'],
    admin: ['/admin', '/admin/reviews', '/admin/offers', '/admin/users', '/admin/activity', '/admin/conversions', '/admin/settings'],
  };
  const found = [];
  for (const [role, page] of Object.entries(everyone)) {
    const foreign = Object.keys(pages).filter((other) => other !== role).flatMap((other) => pages[other]);
    for (const path of foreign) {
      const answer = await page.goto(path);
      if (answer.status() !== 404) found.push(`${path} as ${role}: ${answer.status()} at ${new URL(page.url()).pathname}`);
    }
  }
  expect(found).toEqual([]);
});

test('after signing in nobody is sent to another site', async ({ browser, baseURL }) => {
  const name = unique('partner');
  await signUp(browser, 'partner', name);
  const addresses = [
    '//evil.example', 'https://evil.example', '/\\evil.example', '\\\\evil.example', '/\t/evil.example', 'javascript:alert(1)',
  ];
  for (const next of addresses) {
    const page = await visitor(browser);
    await page.goto(`/signin?next=${encodeURIComponent(next)}`);
    await signIn(page, name);
    await expect(page, next).toHaveURL(`${baseURL}/partner`);
    await page.context().close();
  }
});

test('Another email is confirmed by its mail, and sessions are ended from elsewhere', async ({ browser }) => {
  const name = unique('partner');
  const page = await signUp(browser, 'partner', name);
  const other = await visitor(browser);
  await other.goto('/signin');
  await signIn(other, name);
  await expect(other).toHaveURL(/\/partner$/);

  await page.goto('/partner/settings');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Account' }).click();
  const sessions = page.getByRole('region', { name: 'Sessions' });
  await expect(sessions.locator('tbody tr')).toHaveCount(2);
  await sessions.getByRole('button', { name: 'Sign out' }).click();
  await expect(sessions.locator('tbody tr')).toHaveCount(1);
  await expect(sessions).toContainText('This session');
  await other.goto('/partner');
  await expect(other).toHaveURL(/\/signin/);

  const renamed = unique('renamed');
  await page.getByLabel('New email').fill(emailOf(renamed));
  await page.getByLabel('Current password').fill('wrong');
  await page.getByRole('button', { name: 'Send a confirmation link' }).click();
  await expect(page.getByText('Is not your current password.')).toBeVisible();
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Send a confirmation link' }).click();
  await expect(page.getByText('Check the mail at your new address')).toBeVisible();
  let link;
  await expect(() => {
    const mails = readFileSync(process.env.LOG_FILE, 'utf8').split(' INFO mail:');
    link = mails.filter((mail) => mail.includes(`to=${emailOf(renamed)} `)).at(-1)?.match(/http\S+\/confirm-email\?token=\w+/)?.[0];
    expect(link).toBeTruthy();
  }).toPass();
  await other.goto(link);
  await other.getByRole('button', { name: 'Confirm' }).click();
  await expect(other.getByText('Your email is confirmed')).toBeVisible();
  await signIn(other, renamed);
  await expect(other).toHaveURL(/\/partner$/);
  await other.goto(link);
  await other.getByRole('button', { name: 'Confirm' }).click();
  await expect(other.getByText('This link', { exact: false }).first()).toBeVisible();
});

test('Days begin where one says, and an account is deleted', async ({ browser }) => {
  const name = unique('affiliate');
  const page = await signUp(browser, 'affiliate', name);
  await page.goto('/affiliate/settings/account');
  await page.getByRole('textbox', { name: 'Time zone' }).fill('Kathmandu');
  await page.getByRole('button', { name: 'Save time zone' }).click();
  await expect(page.locator('.field__error')).toContainText('for example');
  await page.getByRole('textbox', { name: 'Time zone' }).fill('Asia/Kathmandu');
  await page.getByRole('button', { name: 'Save time zone' }).click();
  await expect(page.locator('.field__error')).toHaveCount(0);
  await page.goto('/affiliate/reports');
  await expect(page.locator('main')).toContainText('Asia/Kathmandu');

  await page.goto('/affiliate/settings/account');
  await page.locator('summary', { hasText: 'Delete account' }).click();
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.locator('.confirm__panel').getByRole('button', { name: 'Delete account' }).click();
  await expect(page).toHaveURL(/\/\?done=deleted$/);
  await expect(page.getByText('Your account is deleted')).toBeVisible();
  await page.goto('/signin');
  await signIn(page, name);
  await expect(page.getByText(WRONG_CREDENTIALS)).toBeVisible();
});
