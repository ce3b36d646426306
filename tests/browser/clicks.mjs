// The workshop's clicks in the admin console, one function each. They act as a person would: through labels,
// links and buttons, from the page that one would be on.
import { writeFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const field = (page, label) => page.getByLabel(label, { exact: true });
const button = (scope, name) => scope.getByRole('button', { name, exact: true });
const link = (scope, name) => scope.getByRole('link', { name, exact: true });
const navigate = (page, name) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click();
// The row of the page's table that has this text in it.
const row = (page, text) => page.getByRole('row').filter({ hasText: text });

async function noticed(page, text) {
  await page.getByRole('status').filter({ hasText: text }).waitFor();
}

export async function openApplication(page, name) {
  await navigate(page, 'Applications');
  await link(page, name).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

// Gives the client id.
export async function createApplication(page, name) {
  await navigate(page, 'Applications');
  await link(page, 'Create App Integration').first().click();
  await field(page, 'API Services').check();
  await button(page, 'Next').click();
  await field(page, 'App integration name').fill(name);
  await button(page, 'Save').click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  return (await page.locator('#client-id').textContent()).trim();
}

// On the General tab: Edit, public key / private key, Save.
export async function usePublicKeys(page, application) {
  await openApplication(page, application);
  await page.locator('section').filter({ has: page.getByRole('heading', { name: 'Client Credentials' }) })
    .getByRole('link', { name: 'Edit' }).click();
  await field(page, 'Public key / Private key').check();
  await button(page, 'Save').click();
  await noticed(page, 'saved');
}

// Generates a key, downloads it into `directory`, and gives {kid, path}.
export async function addKey(page, application, directory, fileName = 'pkcs.pem') {
  await openApplication(page, application);
  await link(page, 'Add key').click();
  await button(page, 'Generate new key').click();
  const [download] = await Promise.all([page.waitForEvent('download'), link(page, 'Download PEM').click()]);
  if (download.suggestedFilename() !== 'pkcs.pem') throw new Error(`downloaded ${download.suggestedFilename()}`);
  const path = join(directory, fileName);
  await writeFile(path, await readFile(await download.path()), { mode: 0o600 });
  const shown = await page.locator('#private-key').textContent();
  if (shown.trim() !== (await readFile(path, 'utf8')).trim()) throw new Error('the page shows another key than it gives');
  const kid = (await page.locator('#kid').textContent()).trim();
  await link(page, 'Done').click();
  return { kid, path };
}

async function changeKey(page, application, kid, action, notice) {
  await openApplication(page, application);
  await button(row(page, kid), action).click();
  await noticed(page, notice);
}
export const activateKey = (page, application, kid) => changeKey(page, application, kid, 'Activate', 'is active');
export const deactivateKey = (page, application, kid) => changeKey(page, application, kid, 'Deactivate', 'is inactive');
export const deleteKey = (page, application, kid) => changeKey(page, application, kid, 'Delete', 'was deleted');

async function changeScope(page, application, scope, action, notice) {
  await openApplication(page, application);
  await link(page, 'Okta API Scopes').click();
  await field(page, 'Search scopes').fill(scope);
  await button(page, 'Search').click();
  await button(row(page, scope).first(), action).click();
  await noticed(page, `${scope} was ${notice}`);
}
export const grantScope = (page, application, scope) => changeScope(page, application, scope, 'Grant', 'granted');
export const revokeScope = (page, application, scope) => changeScope(page, application, scope, 'Revoke', 'revoked');

export async function setRateLimitShare(page, application, percent) {
  await openApplication(page, application);
  await link(page, 'Application rate limits').click();
  const slider = page.getByRole('slider');
  await slider.focus();
  // As with the keyboard: to one end, then step by step.
  await page.keyboard.press('Home');
  for (let at = 1; at < percent; at += 1) await page.keyboard.press('ArrowRight');
  await button(page, 'Save').click();
  await noticed(page, `may use ${percent} %`);
}

// Gives the user's id, as the profile's address ends in it.
export async function addPerson(page, { firstName, lastName, login, email = login, activate = true, password }) {
  await navigate(page, 'People');
  await link(page, 'Add person').first().click();
  await page.getByLabel('First name').fill(firstName);
  await page.getByLabel('Last name').fill(lastName);
  await page.getByLabel('Username').fill(login);
  await page.getByLabel('Primary email').fill(email);
  await field(page, activate ? 'Activate now' : 'Activate later').check();
  if (password) {
    await field(page, 'Set by admin').check();
    await page.locator('#field-password').fill(password);
  }
  await button(page, 'Save').click();
  await page.waitForURL(/\/admin\/user\/profile\/view\/00u\w+$/);
  return page.url().split('/').pop();
}

export async function openPerson(page, name) {
  await navigate(page, 'People');
  await link(page, name).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

// "Suspend", "Unsuspend", "Activate", ...; Deactivate and Delete ask once more.
export async function changePerson(page, name, action) {
  await openPerson(page, name);
  if (action === 'Deactivate' || action === 'Delete') {
    await link(page, action).click();
    await button(page, action).click();
  } else {
    await button(page, action).click();
  }
  await page.getByRole('status').first().waitFor();
}

export async function openGroup(page, name) {
  await navigate(page, 'Groups');
  await link(page, name).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

// Gives the group's id.
export async function addGroup(page, name, description) {
  await navigate(page, 'Groups');
  await link(page, 'Add group').click();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Description').fill(description);
  await button(page, 'Save').click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  return page.url().split('/').pop();
}

export async function addMember(page, group, person) {
  await openGroup(page, group);
  await link(page, 'Assign people').click();
  await button(row(page, person), 'Assign').click();
  await noticed(page, 'was assigned');
  await link(page, 'Done').click();
}

export async function removeMember(page, group, person) {
  await openGroup(page, group);
  await button(row(page, person), 'Remove').click();
  await noticed(page, 'was removed from the group');
}
