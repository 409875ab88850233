import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { before, test } from 'node:test'
import { compareText } from '../../src/base/compare.ts'
import { Register } from '../../src/schema/register.ts'
import { root, temporaryFolder, writeFiles } from './holdfast.ts'

/** The package as npm would publish it: unpacked elsewhere, run from there. */

const folder = temporaryFolder()
const unpacked = join(folder, 'node_modules/holdfast')
const npm = join(dirname(process.execPath), 'npm')

function runNpm(...words: readonly string[]): string {
  const program = existsSync(npm) ? npm : 'npm'
  return execFileSync(program, [...words], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, npm_config_update_notifier: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

before(() => {
  execFileSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
    { cwd: root },
  )
  execFileSync(process.execPath, [join(root, 'tools/bundle.ts')], { cwd: root })
  runNpm('pack', '--ignore-scripts', '--silent', '--pack-destination', folder)
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  assert.ok(archive !== undefined)
  mkdirSync(unpacked, { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, archive), '-C', unpacked, '--strip-components=1'])
  // Its dependencies are those of the checkout, beside it as npm would put them.
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== 'holdfast')
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
})

function packed(words: readonly string[], cwd: string) {
  return spawnSync(process.execPath, [join(unpacked, 'bin/holdfast.mjs'), ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), NO_COLOR: '1' },
  })
}

function filesIn(top: string): readonly string[] {
  return readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((path) =>
    lstatSync(join(top, path)).isFile(),
  )
}

test('the package tells its version and finds a model', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  const version = packed(['--version'], folder)
  assert.equal(version.status, 0, version.stderr)
  assert.equal(version.stdout.trim(), manifest.version)
  const tree = temporaryFolder()
  writeFiles(tree, {
    'review.py':
      'import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[])\n',
    'main.tf': 'variable "model" {\n  default = "gpt-4o"\n}\n',
  })
  const ran = packed(['audit', '.', '--format', 'json', '--quiet'], tree)
  assert.equal(ran.status, 0, ran.stderr)
  const register = Register.parse(JSON.parse(ran.stdout))
  assert.deepEqual(register.dependencies.map(({ model }) => String(model)).toSorted(compareText), [
    'anthropic/claude-sonnet-4-5',
    'openai/gpt-4o',
  ])
})

test('the package reads a tree in threads as the checkout does', () => {
  const tree = temporaryFolder()
  writeFiles(
    tree,
    Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [
        `m${index}.py`,
        `import openai\nopenai.chat.completions.create(model="gpt-4o", messages=[]) # ${index}\n`,
      ]),
    ),
  )
  const ran = packed(['audit', '.', '--format', 'json', '--quiet'], tree)
  assert.equal(ran.status, 0, ran.stderr)
  const register = Register.parse(JSON.parse(ran.stdout))
  assert.deepEqual([register.files.read, register.files.skipped], [200, []])
})

test('the package holds what runs and nothing else', () => {
  const files = filesIn(unpacked)
  for (const needed of [
    'bin/holdfast.mjs',
    'dist/command/main.js',
    'data/detectors.json',
    'LICENSE',
    'README.md',
    'package.json',
  ]) {
    assert.ok(files.includes(needed), needed)
  }
  const unwanted = files.filter((path) =>
    /\.test\.|(?:^|\/)(?:test|tools|bench|src|examples|node_modules)\/|\.tgz$|\.node$/.test(path),
  )
  assert.deepEqual(unwanted, [])
  const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >
  const needed = Object.keys({
    ...manifest['dependencies'],
    ...manifest['optionalDependencies'],
    ...manifest['peerDependencies'],
  })
  assert.deepEqual(
    needed.filter((name) => /^node(?:-|$)/.test(name)),
    [],
    'Node is brought by the checkout, not by the package',
  )
})

test('no file of the package tells of the machine it was made on', () => {
  for (const path of filesIn(unpacked)) {
    if (statSync(join(unpacked, path)).size > 20_000_000) continue
    const text = readFileSync(join(unpacked, path), 'latin1')
    for (const place of new Set([root, homedir()])) {
      // A short one such as `/root` is a word that texts may hold.
      if (place.length > 6) assert.ok(!text.includes(`${place}/`), `${path} names ${place}`)
    }
  }
})

test('an older Node is told what to do', (context) => {
  const older = olderNode()
  if (older === null) return context.skip('no older Node on this machine')
  const ran = spawnSync(older, [join(unpacked, 'bin/holdfast.mjs'), '--version'], {
    cwd: folder,
    encoding: 'utf8',
  })
  assert.equal(ran.status, 3)
  assert.match(ran.stderr, /^error HF_NODE_TOO_OLD: holdfast runs on Node 24 or newer/)
  assert.match(ran.stderr, /\n {2}do: /)
  assert.equal(ran.stdout, '')
})

/** A Node of the system below 24, if there is one. */
function olderNode(): string | null {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  for (const place of places) {
    const program = join(place, 'node')
    if (place === '' || place.includes('node_modules') || !existsSync(program)) continue
    const major = Number(
      /^v(\d+)/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout)?.[1],
    )
    if (major >= 18 && major < 24) return program
  }
  return null
}
