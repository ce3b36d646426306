// A headless Chromium with an empty profile, signed in to the console of a running org.
// Debian's own Chromium: nothing is downloaded but playwright-core itself.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

// {context, page, problems, close}. `problems` collects what a page must never cause: script errors, refused
// resources, requests to other hosts.
export async function openBrowser(url, options = {}) {
  const profile = await mkdtemp(join(tmpdir(), 'parterre-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    args: flags,
    acceptDownloads: true,
    viewport: { width: 1280, height: 860 },
    ...options,
  });
  context.setDefaultTimeout(15000);
  const problems = [];
  const origin = new URL(url).origin;
  context.on('request', (request) => {
    const target = new URL(request.url());
    if (target.protocol.startsWith('http') && target.origin !== origin) problems.push(`request to ${target.origin}`);
  });
  context.on('weberror', (error) => problems.push(`script error: ${error.error().message}`));
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    // The browser reports each answer of 4xx and 5xx as an error; tests ask for some on purpose.
    if (/Failed to load resource: the server responded/.test(message.text())) return;
    problems.push(`console: ${message.text()}`);
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { context, page, problems, close };
}

export async function signIn(page, url, password, name = 'admin') {
  await page.goto(`${url}/login`);
  await page.getByLabel('Username').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${url}/admin/getting-started`);
}
