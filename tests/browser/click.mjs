// One click of the workshop's from the command line, for shell tests:
//   PARTERRE_ORG_ADMIN_PASSWORD=... node tests/browser/click.mjs http://127.0.0.1:PORT addKey '"Terraform Workshop"' '"DIR"'
// Names are those of clicks.mjs, arguments JSON; the result is printed as JSON.
import { openBrowser, signIn } from './browser.mjs';
import * as clicks from './clicks.mjs';

const [url, name, ...args] = process.argv.slice(2);
const password = process.env.PARTERRE_ORG_ADMIN_PASSWORD;
if (!url || !Object.hasOwn(clicks, name ?? '') || !password) {
  console.error('usage: PARTERRE_ORG_ADMIN_PASSWORD=... node click.mjs URL NAME [JSON argument]...');
  console.error(`names: ${Object.keys(clicks).join(' ')}`);
  process.exit(2);
}
const { page, problems, close } = await openBrowser(url);
try {
  await signIn(page, url, password);
  const result = await clicks[name](page, ...args.map((text) => JSON.parse(text)));
  if (problems.length > 0) throw new Error(problems.join('; '));
  if (result !== undefined) console.log(JSON.stringify(result));
} catch (error) {
  console.error(`click ${name}: ${error.message.split('\n')[0]}`);
  process.exitCode = 1;
} finally {
  await close();
}
