// Drives a terraform through the npm packages with which CI systems do, and prints what they make of it: what a step of
// hashicorp/setup-terraform (@actions/exec, @actions/core) or of an Azure pipeline (azure-pipelines-task-lib) gets, and
// what cdktf-cli shows. tests/wrappers/run compares the transcript of ours with that of the stock program.
//
//   node main.mjs PROGRAM FOLDER
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [program, folder] = process.argv.slice(2);
const output = path.join(folder, 'github-output');
process.env.GITHUB_OUTPUT = output;
const core = await import('@actions/core');
const { exec } = await import('@actions/exec');
const { default: azure } = await import('azure-pipelines-task-lib/task.js');
azure.setStdStream(fs.createWriteStream('/dev/null'));  // where it logs what it starts

const configuration = `
variable "name" {
  default = "ada"
}
resource "terraform_data" "a" {
  input = var.name
}
resource "terraform_data" "b" {
  count = 2
  input = terraform_data.a.output
}
output "name" {
  value = terraform_data.b[1].output
}
output "hidden" {
  value     = "hush"
  sensitive = true
}
`;

// The same in every run: no ids, no times, no colours.
const even = (text) => text.replace(/\x1b\[[0-9;]*m/g, '').replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
  .replace(/\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)/g, '<time>').replaceAll(folder, '<folder>');

// Of outputs for people, the lines that scripts look for; JSON whole.
function told(text) {
  const found = [];
  for (const line of even(text).split('\n').map((one) => one.replace(/^\w*[\s│]+/, '').trim())) {
    try {
      found.push(JSON.stringify(JSON.parse(line), (key, value) => (/^(timestamp|@timestamp)$/.test(key) ? '<time>' : value)));
    } catch {
      const wanted = /^(Plan: .*|Apply complete! .*|Destroy complete! .*|No changes\..*|(?:Error|Warning): .*|Success! .*|\S+: (?:Creat|Destr|Modif).*|\w+ = .*)$/.exec(line);
      if (wanted) found.push(wanted[1]);
    }
  }
  return [...new Set(found)].sort();
}

function section(name, result) {
  console.log(`== npm: ${name}`);
  for (const line of result) console.log(line);
}

// As the wrapper of hashicorp/setup-terraform: the output goes on to later steps, the exit code too.
async function action(...words) {
  fs.writeFileSync(output, '');
  const heard = { stdout: '', stderr: '' };
  const code = await exec(program, words, {
    cwd: folder, silent: true, ignoreReturnCode: true,
    listeners: { stdout: (data) => { heard.stdout += data; }, stderr: (data) => { heard.stderr += data; } },
  });
  for (const [name, value] of Object.entries({ ...heard, exitcode: code.toString(10) })) core.setOutput(name, value);
  const written = fs.readFileSync(output, 'utf8');
  const handed = (name) => new RegExp(`^${name}<<(\\S+)\\n([^]*?)\\n?\\1$`, 'm').exec(written)?.[2] ?? '';
  section(`actions ${words.join(' ')}`,
    [`exitcode ${handed('exitcode')}`, ...told(handed('stdout')).map((line) => `stdout ${line}`),
      ...told(handed('stderr')).map((line) => `stderr ${line}`)]);
}

function pipeline(...words) {
  const result = azure.tool(program).arg(words).execSync({ cwd: folder, silent: true });
  section(`azure ${words.join(' ')}`, [`code ${result.code}`, ...told(result.stdout), ...told(result.stderr)]);
}

function cdktf(...words) {
  const cli = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
  const result = spawnSync(process.execPath, [cli, ...words, '--skip-synth'], {
    cwd: path.join(folder, 'stack'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TERRAFORM_BINARY_NAME: program, CI: '1' },
  });
  section(`cdktf ${words.join(' ')}`, [`code ${result.status}`, ...told(result.stdout)]);
}

fs.mkdirSync(folder, { recursive: true });
fs.writeFileSync(path.join(folder, 'main.tf'), configuration);
await action('init', '-no-color');
await action('fmt', '-check');
await action('validate', '-no-color');
await action('plan', '-no-color', '-input=false', '-detailed-exitcode', '-out=tfplan');
await action('show', '-json', 'tfplan');
await action('apply', '-no-color', '-auto-approve', 'tfplan');
await action('plan', '-no-color', '-detailed-exitcode');
await action('output', '-json');
await action('plan', '-json');
await action('plan', '-no-color', '-var=nobody=1');
await action('apply', '-no-color', 'tfplan');
pipeline('version', '-json');
pipeline('plan', '-no-color', '-var=name=bob', '-out=tfplan');
pipeline('show', '-json', 'tfplan');
pipeline('apply', '-no-color', '-auto-approve', 'tfplan');
pipeline('output', '-json');
pipeline('destroy', '-no-color', '-auto-approve');
pipeline('workspace', 'select', 'none');

const stack = path.join(folder, 'stack', 'cdktf.out', 'stacks', 'garden');
fs.mkdirSync(stack, { recursive: true });
fs.writeFileSync(path.join(folder, 'stack', 'cdktf.json'), JSON.stringify({
  language: 'typescript', app: 'true', projectId: '00000000-0000-4000-8000-000000000000', sendCrashReports: 'false',
}));
fs.writeFileSync(path.join(folder, 'stack', 'cdktf.out', 'manifest.json'), JSON.stringify({
  version: '0.21.0',
  stacks: { garden: { name: 'garden', constructPath: 'garden', workingDirectory: 'stacks/garden', annotations: [], dependencies: [],
    synthesizedStackPath: 'stacks/garden/cdk.tf.json' } },
}));
const synthesized = (input) => fs.writeFileSync(path.join(stack, 'cdk.tf.json'), JSON.stringify({
  '//': { metadata: { backend: 'local', stackName: 'garden', version: '0.21.0' } },
  terraform: { backend: { local: { path: path.join(folder, 'garden.tfstate') } } },
  resource: { terraform_data: { rose: { input }, tulip: { input: '${terraform_data.rose.output}' } } },
  output: { rose: { value: '${terraform_data.rose.output}' } },
}));
synthesized('red');
cdktf('diff');
cdktf('deploy', '--auto-approve');
synthesized('white');
cdktf('deploy', '--auto-approve');
cdktf('output');
synthesized('${terraform_data.nobody.output}');
cdktf('diff');
synthesized('white');
cdktf('destroy', '--auto-approve');
