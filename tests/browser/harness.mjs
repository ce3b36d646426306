// A very small test runner: named steps in order, a step that fails does not stop the others of the file.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';

export { assert };

export class Steps {
  passed = 0;
  failed = 0;
  page = null;

  async step(name, run) {
    try {
      await run();
      this.passed += 1;
      console.log(`ok    ${name}`);
    } catch (error) {
      this.failed += 1;
      console.log(`FAIL  ${name}\n      ${String(error.message).split('\n').slice(0, 6).join('\n      ')}`);
      await this.picture(`failed-${this.failed}`);
    }
  }

  // A picture of the whole page where PARTERRE_SCREENSHOTS names a folder.
  async picture(name) {
    const folder = process.env.PARTERRE_SCREENSHOTS;
    if (!folder || !this.page) return;
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: `${folder}/${name}.png`, fullPage: true }).catch(() => {});
  }
}
