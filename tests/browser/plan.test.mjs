// The page that plan -html writes, in Chromium: without the network, with and without script, at several widths.
//   node plan.test.mjs URL DIRECTORY   (URL is not used: the page stands alone)
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openBrowser } from './browser.mjs';
import { Steps, assert } from './harness.mjs';

const parterre =
  process.env.PARTERRE ?? join(dirname(fileURLToPath(import.meta.url)), '../../build/bin/parterre');
const directory = join(process.argv[3], 'plan');
const steps = new Steps();

function run(folder, ...args) {
  return execFileSync(parterre, [`-chdir=${folder}`, ...args, '-no-color'], { encoding: 'utf8', maxBuffer: 64 << 20 });
}

function garden(folder, text) {
  mkdirSync(join(folder, 'beds'), { recursive: true });
  writeFileSync(join(folder, 'main.tf'), text);
  writeFileSync(join(folder, 'beds', 'main.tf'), `
variable "soil" {}
resource "terraform_data" "rose" { triggers_replace = var.soil }
resource "terraform_data" "tulip" {
  count = 2
  input = terraform_data.rose.id
}
output "first" { value = terraform_data.tulip[0].id }
`);
}

const text = (soil, extra) => `
variable "secret" {
  default   = "hunter2-${soil}"
  sensitive = true
}
resource "terraform_data" "soil" { input = "${soil}" }
resource "terraform_data" "pond" { input = { depth = 2, fish = ["${soil}", "koi"] } }
module "beds" {
  source = "./beds"
  soil   = "${soil}"
}
${extra}
`;

const page = join(directory, 'plan.html');
garden(directory, text('loam', 'resource "terraform_data" "weed" { input = "nettle" }'));
run(directory, 'init');
run(directory, 'apply', '-auto-approve');
garden(directory, text('clay', 'resource "terraform_data" "path" { input = { text = "<b>gravel</b>", code = var.secret } }'));
run(directory, 'plan', `-html=plan.html`);
const url = pathToFileURL(page).href;
let browser = await openBrowser('file:///');
steps.page = browser.page;

const addresses = () => browser.page.locator('#changes li:visible .address').allTextContents();

await steps.step('the page is its owner\'s alone', async () => {
  assert.equal(statSync(page).mode & 0o777, 0o600);
});

await steps.step('everything that changes is listed, sorted and counted', async () => {
  await browser.page.goto(url);
  assert.match(await browser.page.locator('.totals').textContent(), /^\d+ to add, \d+ to change, \d+ to destroy$/);
  assert.deepEqual((await addresses()).sort(), [
    'module.beds.terraform_data.rose', 'module.beds.terraform_data.tulip[0]', 'module.beds.terraform_data.tulip[1]',
    'terraform_data.path', 'terraform_data.pond', 'terraform_data.soil', 'terraform_data.weed',
  ]);
  await browser.page.locator('summary').first().waitFor();
});

await steps.step('a change opens with its diff, in colours', async () => {
  const pond = browser.page.locator('li', { hasText: 'terraform_data.pond' });
  await pond.locator('summary').click();
  const diff = await pond.locator('pre').textContent();
  assert.match(diff, /~ input\s+= \{/);
  assert.match(diff, /"loam"/);
  assert.ok(await pond.locator('pre .chg').count() > 0);
});

await steps.step('what a configuration says never becomes markup, secrets are hidden', async () => {
  const path = browser.page.locator('li', { hasText: 'terraform_data.path' });
  await path.locator('summary').click();
  assert.match(await path.locator('pre').textContent(), /<b>gravel<\/b>/);
  assert.equal(await path.locator('pre b').count(), 0);
  assert.match(await path.locator('pre').textContent(), /sensitive value/);
  assert.ok(!(await browser.page.content()).includes('hunter2'));
});

await steps.step('filters by action and by module', async () => {
  await browser.page.locator('.filter.delete').click();
  assert.ok(!(await addresses()).includes('terraform_data.weed'));
  await browser.page.locator('.filter.delete').click();
  await browser.page.getByRole('button', { name: /module\.beds/ }).click();
  assert.equal((await addresses()).length, 3);
  await browser.page.getByRole('button', { name: /root module/ }).click();
  assert.equal((await addresses()).length, 7);
});

await steps.step('search looks into addresses and values; keys work', async () => {
  await browser.page.keyboard.press('/');
  await browser.page.keyboard.type('gravel');
  await browser.page.locator('#matches', { hasText: '1 of 7 shown' }).waitFor();
  assert.deepEqual(await addresses(), ['terraform_data.path']);
  await browser.page.keyboard.press('Escape');
  assert.equal((await addresses()).length, 7);
  const second = browser.page.locator('#changes li').nth(1).locator('details');
  const before = await second.getAttribute('open');
  await browser.page.keyboard.press('j');
  await browser.page.keyboard.press('j');
  await browser.page.keyboard.press('Enter');
  assert.notEqual(await second.getAttribute('open'), before);
});

await steps.step('the picture shows each resource with its fate', async () => {
  const names = await browser.page.locator('svg .node title').allTextContents();
  assert.ok(names.includes('module.beds.terraform_data.tulip') && names.includes('terraform_data.pond'), names.join());
  assert.ok(await browser.page.locator('svg .node.replace').count() >= 1);
  assert.ok(await browser.page.locator('svg .edge').count() >= 1);
});

for (const [width, scheme] of [[1400, 'light'], [1400, 'dark'], [900, 'dark'], [420, 'light']]) {
  await steps.step(`nothing is wider than a window of ${width}, ${scheme}`, async () => {
    await browser.page.setViewportSize({ width, height: 900 });
    await browser.page.emulateMedia({ colorScheme: scheme });
    await browser.page.goto(url);
    const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    await browser.page.locator('summary').first().click();
    await steps.picture(`plan-${width}-${scheme}`);
  });
}

await steps.step('no script error, no refused style, no request', async () => {
  assert.deepEqual(browser.problems, []);
});
await browser.close();

await steps.step('without script the list and the diffs are there', async () => {
  const plain = await openBrowser('file:///', { javaScriptEnabled: false });
  try {
    await plain.page.goto(url);
    assert.equal(await plain.page.locator('#changes li:visible').count(), 7);
    await plain.page.locator('summary').first().click();
    assert.ok(await plain.page.locator('pre').first().isVisible());
    assert.equal(await plain.page.locator('.tools').isVisible(), false);
    assert.deepEqual(plain.problems, []);
  } finally {
    await plain.close();
  }
});

await steps.step('10,000 changes open, filter and scroll without freezing', async () => {
  const many = join(process.argv[3], 'many');
  garden(many, 'resource "terraform_data" "x" {\n  count = 10000\n  input = "n${count.index}"\n}\n');
  run(many, 'init');
  run(many, 'plan', '-html=plan.html');
  const large = await openBrowser('file:///');
  try {
    const start = Date.now();
    await large.page.goto(pathToFileURL(join(many, 'plan.html')).href, { timeout: 60000 });
    await large.page.locator('#search').fill('n9999');
    await large.page.locator('#matches', { hasText: '1 of 10000 shown' }).waitFor({ timeout: 30000 });
    await large.page.keyboard.press('Escape');
    await large.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    assert.ok(Date.now() - start < 60000, `${Date.now() - start} ms`);
    assert.deepEqual(large.problems, []);
  } finally {
    await large.close();
  }
});

console.log(`${steps.passed} passed, ${steps.failed} failed`);
process.exitCode = steps.failed === 0 ? 0 : 1;
