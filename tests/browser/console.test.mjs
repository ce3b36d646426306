// Every page of the console and the workshop's clicks, in Chromium against a running org.
//   node console.test.mjs URL DIRECTORY   (password in PARTERRE_ORG_ADMIN_PASSWORD)
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser, signIn } from './browser.mjs';
import * as clicks from './clicks.mjs';
import { Steps, assert } from './harness.mjs';

const [url, directory] = process.argv.slice(2);
const password = process.env.PARTERRE_ORG_ADMIN_PASSWORD;
const app = 'Browser Test App';
const steps = new Steps();
let { context, page, problems, close } = await openBrowser(url);
steps.page = page;

const status = () => page.locator('h1 .badge').textContent();
const alert = () => page.getByRole('alert').textContent();

// What can be said of any page: one main heading, a title, labelled fields, no two elements of one id, no inline
// style or script, nothing wider than the window.
async function checkPage(path) {
  const response = await page.goto(url + path);
  assert.equal(response.status(), 200, path);
  const faults = await page.evaluate(() => {
    const found = [];
    const say = (text) => found.push(text);
    if (document.querySelectorAll('h1').length !== 1) say('not one h1');
    if (document.querySelectorAll('main').length !== 1) say('not one main');
    if (!document.title) say('no title');
    if (document.querySelector('[style], style, script:not([src])')) say('inline style or script');
    for (const field of document.querySelectorAll('input:not([type=hidden]), textarea, select')) {
      if (field.labels.length === 0 && !field.getAttribute('aria-label')) say(`no label: ${field.name}`);
    }
    for (const control of document.querySelectorAll('a, button')) {
      if (!control.hidden && !control.textContent.trim()) say('a link or button without a name');
    }
    for (const form of document.querySelectorAll('form[method=post]')) {
      if (!form.elements.csrf?.value) say(`no token: ${form.action}`);
    }
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) say(`id twice: ${id}`);
    if (document.documentElement.scrollWidth > innerWidth) say(`wider than the window: ${document.documentElement.scrollWidth}`);
    return found;
  });
  assert.deepEqual(faults, [], path);
}

// Text against its background, as WCAG counts it; 4.5 for all but large text. Covers what is on the page.
async function checkContrast(path) {
  await page.goto(url + path);
  const faults = await page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const rgba = (color) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => {
      const part = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (at.classList.contains('frame')) break;
        const color = rgba(style.backgroundColor);
        if (color[3] === 255) return color;
      }
      return rgba(getComputedStyle(document.body).backgroundColor);
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || element.closest('svg, script, datalist, .unseen, .skip')) continue;
      if (!element.checkVisibility()) continue;
      const style = getComputedStyle(element);
      const a = light(rgba(style.color));
      const b = light(behind(element));
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
      if (ratio < (large ? 3 : 4.5)) found.push(`${ratio.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 30)}`);
    }
    return found;
  });
  assert.deepEqual(faults, [], path);
}

await steps.step('a page asks for signing in, and comes back to where one wanted to go', async () => {
  await page.goto(`${url}/report/system_log_2?q=grant`);
  assert.match(page.url(), /\/login\?next=/);
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  assert.match(await alert(), /Unable to sign in/);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${url}/report/system_log_2?q=grant`);
});

await steps.step('Getting started has the provider block', async () => {
  await page.goto(`${url}/`);
  await page.waitForURL(`${url}/admin/getting-started`);
  assert.match(await page.locator('#provider').textContent(), /provider "okta" \{\n {2}org_name {4}= "/);
  await steps.picture('getting-started');
});

let clientId;
await steps.step('Create App Integration, API Services, a name, Save', async () => {
  clientId = await clicks.createApplication(page, app);
  assert.match(clientId, /^0oa\w{17}$/);
  assert.ok(page.url().endsWith(`/instance/${clientId}`));
});

await steps.step('client authentication starts as client secret and is switched to keys', async () => {
  assert.match(await page.getByRole('main').textContent(), /Client authenticationClient secret/);
  await clicks.usePublicKeys(page, app);
  assert.match(await page.getByRole('main').textContent(), /Public key \/ Private key/);
});

let first;
await steps.step('a key is generated, downloaded as pkcs.pem, and converted by openssl', async () => {
  first = await clicks.addKey(page, app, directory);
  const pem = readFileSync(first.path, 'utf8');
  assert.match(pem, /^-----BEGIN PRIVATE KEY-----\n/);
  const rsa = join(directory, 'rsa.pem');
  for (const option of [[], ['-traditional']]) {
    execFileSync('openssl', ['rsa', '-in', first.path, '-out', rsa, ...option], { stdio: 'pipe' });
    assert.match(readFileSync(rsa, 'utf8'), option.length ? /BEGIN RSA PRIVATE KEY/ : /BEGIN (RSA )?PRIVATE KEY/);
  }
  await page.goto(`${url}/admin/app/oidc_client/instance/${clientId}`);
  assert.ok(!(await page.content()).includes('PRIVATE KEY'));
});

await steps.step('the key can be added from the edit form too, which shows the button with the choice', async () => {
  await page.goto(`${url}/admin/app/oidc_client/instance/${clientId}?edit=credentials`);
  const add = page.getByRole('button', { name: 'Add key' });
  await page.getByLabel('Client secret', { exact: true }).check();
  await add.waitFor({ state: 'hidden' });
  await page.getByLabel('Public key / Private key', { exact: true }).check();
  await add.click();
  await page.getByRole('button', { name: 'Generate new key' }).waitFor();
});

await steps.step('keys: the only active one stays, a second one is activated, deactivated and deleted', async () => {
  await clicks.openApplication(page, app);
  await page.getByRole('row').filter({ hasText: first.kid }).getByRole('button', { name: 'Deactivate' }).click();
  assert.match(await alert(), /only active/);
  const second = await clicks.addKey(page, app, directory, 'second.pem');
  await steps.picture('application-two-keys');
  await clicks.deactivateKey(page, app, first.kid);
  await clicks.activateKey(page, app, first.kid);
  await clicks.deactivateKey(page, app, second.kid);
  await clicks.deleteKey(page, app, second.kid);
  assert.equal(await page.locator('.kid').count(), 1);
  rmSync(second.path);
});

await steps.step('Okta API Scopes: grant and revoke', async () => {
  for (const scope of ['okta.groups.manage', 'okta.users.manage', 'okta.policies.manage']) {
    await clicks.grantScope(page, app, scope);
  }
  await clicks.revokeScope(page, app, 'okta.users.manage');
  await clicks.grantScope(page, app, 'okta.users.manage');
  await page.getByRole('link', { name: /^Granted/ }).click();
  await page.getByLabel('Search scopes').fill('');
  await page.getByRole('button', { name: 'Search' }).click();
  assert.equal(await page.getByRole('button', { name: 'Revoke' }).count(), 3);
});

await steps.step('Application rate limits: the slider', async () => {
  await clicks.setRateLimitShare(page, app, 20);
  assert.equal(await page.getByRole('slider').inputValue(), '20');
});

const people = [
  ['Selasphorus', 'rufous', 'rufous.hummingbird@browser.test', true],
  ['Papilio', 'zelicaon', 'swallowtail.butterfly@browser.test', true],
  ['Digitalis', 'purpurea', 'foxglove@browser.test', true],
  ['Acer', 'macrophyllum', 'bigleaf.maple@browser.test', false],
];
const ids = {};
await steps.step('People: add person, with and without activation and password', async () => {
  for (const [firstName, lastName, login, activate] of people) {
    const secret = activate ? 'Garden-2026-gate' : undefined;
    ids[login] = await clicks.addPerson(page, { firstName, lastName, login, activate, password: secret });
    assert.equal(await status(), activate ? 'Active' : 'Staged');
  }
});

await steps.step('a profile\'s address ends in the id that the page shows', async () => {
  await clicks.openPerson(page, 'Acer macrophyllum');
  assert.equal(page.url(), `${url}/admin/user/profile/view/${ids['bigleaf.maple@browser.test']}`);
  assert.equal(await page.locator('#user-id').textContent(), ids['bigleaf.maple@browser.test']);
});

await steps.step('a person who is refused comes back with the fields as typed', async () => {
  await page.goto(`${url}/admin/users/new`);
  await page.getByLabel('First name').fill('Second');
  await page.getByLabel('Last name').fill('Maple');
  await page.getByLabel('Username').fill('bigleaf.maple@browser.test');
  await page.getByLabel('Primary email').fill('bigleaf.maple@browser.test');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  assert.match(await alert(), /login/);
  assert.equal(await page.getByLabel('First name').inputValue(), 'Second');
});

await steps.step('suspend, unsuspend, deactivate, activate, reset, delete', async () => {
  const name = 'Papilio zelicaon';
  const changes = [
    ['Suspend', 'Suspended'], ['Unsuspend', 'Active'], ['Expire password', 'Password expired'],
    ['Deactivate', 'Deactivated'], ['Activate', /Active|Pending user action/], ['Deactivate', 'Deactivated'],
  ];
  for (const [action, after] of changes) {
    await clicks.changePerson(page, name, action);
    assert.match(await status(), new RegExp(after));
  }
  await clicks.changePerson(page, name, 'Delete');
  assert.equal(await page.getByRole('link', { name, exact: true }).count(), 0);
});

await steps.step('a profile is edited', async () => {
  await clicks.openPerson(page, 'Digitalis purpurea');
  await page.locator('section').filter({ has: page.getByRole('heading', { name: 'Profile' }) })
    .getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('City').fill('Bonn');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Bonn').waitFor();
});

let groupId;
await steps.step('Groups: add, members, remove member', async () => {
  groupId = await clicks.addGroup(page, 'Browser Garden', 'When daisies pied\nand violets blue');
  assert.match(groupId, /^00g/);
  await clicks.addMember(page, 'Browser Garden', 'Digitalis purpurea');
  await clicks.addMember(page, 'Browser Garden', 'Selasphorus rufous');
  await page.getByRole('heading', { name: '2 people' }).waitFor();
  await clicks.removeMember(page, 'Browser Garden', 'Digitalis purpurea');
  await page.getByRole('heading', { name: '1 person' }).waitFor();
  await clicks.openPerson(page, 'Selasphorus rufous');
  await page.getByRole('link', { name: 'Browser Garden' }).waitFor();
});

await steps.step('People: search and filter by status', async () => {
  await page.goto(`${url}/admin/users`);
  await page.getByLabel('Search people').fill('Digi');
  await page.getByRole('button', { name: 'Search' }).click();
  assert.equal(await page.getByRole('row').count(), 2);
  await page.goto(`${url}/admin/users`);
  await page.getByRole('link', { name: /^Staged/ }).click();
  assert.equal(await page.getByRole('row').filter({ hasText: '@browser.test' }).count(), 1);
  await page.goto(`${url}/admin/users`);
  await steps.picture('people');
});

await steps.step('System Log has the changes, with the administrator as actor', async () => {
  await page.goto(`${url}/report/system_log_2?search=${encodeURIComponent(`target.id eq "${groupId}"`)}`);
  const row = page.getByRole('row').filter({ hasText: 'group.user_membership.remove' });
  assert.match(await row.first().textContent(), /admin/);
  await row.first().getByText('Details').click();
  assert.match(await row.first().locator('pre').textContent(), /"eventType": "group.user_membership.remove"/);
});

const pages = () => [
  '/admin/getting-started', '/admin/users', '/admin/users/new',
  `/admin/user/profile/view/${ids['foxglove@browser.test']}`, `/admin/user/profile/edit/${ids['foxglove@browser.test']}`,
  `/admin/user/${ids['foxglove@browser.test']}/lifecycle/deactivate`,
  '/admin/groups', '/admin/groups/new', `/admin/group/${groupId}`, `/admin/group/${groupId}/edit`,
  `/admin/group/${groupId}/assign`, `/admin/group/${groupId}/delete`,
  '/admin/apps/active', '/admin/apps/add-app', '/admin/apps/oauth2-wizard/create?applicationType=SERVICE',
  `/admin/app/oidc_client/instance/${clientId}`, `/admin/app/oidc_client/instance/${clientId}?edit=credentials`,
  `/admin/app/oidc_client/instance/${clientId}/edit`, `/admin/app/oidc_client/instance/${clientId}/delete`,
  `/admin/app/oidc_client/instance/${clientId}/keys/new`, `/admin/app/oidc_client/instance/${clientId}/scopes`,
  `/admin/app/oidc_client/instance/${clientId}/rate-limits`, '/report/system_log_2', '/admin/reports/rate-limits',
];

await steps.step('every page is well-formed, wide and narrow', async () => {
  for (const width of [1280, 380]) {
    await page.setViewportSize({ width, height: 860 });
    for (const path of pages()) await checkPage(path);
  }
  await page.setViewportSize({ width: 1280, height: 860 });
});

await steps.step('every page has enough contrast, light and dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const path of pages()) await checkContrast(path);
  }
  await page.emulateMedia({ colorScheme: null });
});

await steps.step('pages that are not there say so in the frame', async () => {
  for (const path of ['/admin/nowhere', '/admin/user/profile/view/00unobody', '/admin/group/00gnone', '/admin/app/oidc_client/instance/0oanone']) {
    const response = await page.goto(url + path);
    assert.equal(response.status(), 404, path);
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
  }
});

await steps.step('the keyboard reaches the content first', async () => {
  await page.goto(`${url}/admin/users`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
});

await steps.step('nothing was loaded from elsewhere, nothing was refused, no script failed', async () => {
  assert.deepEqual(problems, []);
});

await steps.step('cookies are out of reach of scripts', async () => {
  assert.equal(await page.evaluate(() => document.cookie), '');
  for (const cookie of await context.cookies()) {
    assert.equal(cookie.httpOnly, true);
    assert.equal(cookie.sameSite, 'Strict');
  }
});

await steps.step('clean up: group, people, application', async () => {
  await clicks.openGroup(page, 'Browser Garden');
  await page.getByRole('link', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  for (const name of ['Selasphorus rufous', 'Digitalis purpurea', 'Acer macrophyllum']) {
    await clicks.changePerson(page, name, 'Deactivate');
    await clicks.changePerson(page, name, 'Delete');
  }
  await clicks.openApplication(page, app);
  await page.getByRole('button', { name: 'Deactivate', exact: true }).first().click();
  await page.getByRole('link', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('status').filter({ hasText: 'was deleted' }).waitFor();
});

await steps.step('signing out ends the session', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${url}/login`);
  await page.goto(`${url}/admin/users`);
  assert.match(page.url(), /\/login/);
});
await close();

await steps.step('without script the workshop\'s clicks work as well', async () => {
  const plain = await openBrowser(url, { javaScriptEnabled: false });
  try {
    await signIn(plain.page, url, password);
    const id = await clicks.createApplication(plain.page, 'No Script App');
    await clicks.usePublicKeys(plain.page, 'No Script App');
    const key = await clicks.addKey(plain.page, 'No Script App', directory, 'noscript.pem');
    assert.equal(statSync(key.path).mode & 0o777, 0o600);
    await clicks.grantScope(plain.page, 'No Script App', 'okta.users.manage');
    await clicks.addPerson(plain.page, { firstName: 'No', lastName: 'Script', login: 'noscript@browser.test', activate: false });
    assert.match(id, /^0oa/);
    assert.deepEqual(plain.problems, []);
  } finally {
    await plain.close();
  }
});

console.log(`${steps.passed} passed, ${steps.failed} failed`);
process.exitCode = steps.failed === 0 ? 0 : 1;
