import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { findRepository } from '../../src/audit/files/find-repository.ts'
import { runGit } from '../../src/audit/files/git.ts'
import { openTree } from '../../src/audit/files/open-tree.ts'
import type { SourceTree } from '../../src/audit/files/source-tree.ts'
import { createOwnerLookup } from '../../src/audit/owners/owner-lookup.ts'

/**
 * Each test plants one attack in a repository and runs everything the audit does with git. An attack that works
 * leaves a marker file. Where git by itself would run it, the test first shows that: a trap that never springs
 * proves nothing.
 */

interface Scene {
  /** Holds everything; the marker is here. */
  readonly base: string
  readonly root: string
  readonly marker: string
  /** A program that leaves the marker, whatever words it is given. */
  readonly attack: string
  readonly git: (...words: string[]) => string
  readonly environment: Record<string, string | undefined>
}

function makeScene(context: TestContext): Scene {
  const base = mkdtempSync(path.join(tmpdir(), 'holdfast-hostile-'))
  context.after(() => rmSync(base, { recursive: true, force: true }))
  const root = path.join(base, 'tree')
  mkdirSync(root)
  const marker = path.join(base, 'marker')
  const attack = path.join(base, 'attack')
  writeFileSync(attack, `#!/bin/sh\ntouch '${marker}'\n`)
  chmodSync(attack, 0o755)
  const environment = { PATH: process.env['PATH'] }
  const git = (...words: string[]): string => gitIn(root, ...words)
  git('init', '--quiet', '--initial-branch=main')
  writeFileSync(path.join(root, 'review.py'), 'model = "claude-opus-4-1"\n')
  writeFileSync(path.join(root, 'other.py'), 'print("nothing")\n')
  git('add', '--all')
  commit(root)
  return { base, root, marker, attack, git, environment }
}

const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org']

function gitIn(folder: string, ...words: string[]): string {
  return execFileSync('git', words, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
  })
}

function commit(folder: string): void {
  gitIn(folder, ...identity, 'commit', '--quiet', '--message', 'change')
}

/** Everything the audit does: list, search, read and ask for owners, now and at a commit. */
async function auditTree(root: string, scene: Scene): Promise<SourceTree> {
  const { environment } = scene
  const tree = await openTree(root, { environment })
  await exercise(tree)
  const inPast = await openTree(root, { environment, at: 'HEAD' }).catch(() => null)
  if (inPast !== null) await exercise(inPast)
  return tree
}

async function exercise(tree: SourceTree): Promise<void> {
  const owners = await createOwnerLookup(tree)
  for await (const file of tree.hits(tree.files, ['claude-', 'secret'])) {
    await tree.read(file)
    await owners.ownersOf(file.repository, [{ path: file.path, line: 1 }])
  }
  await tree.close()
}

function pathsOf(tree: SourceTree): readonly string[] {
  return tree.files.map((file) => file.path)
}

/** Runs plain git and forgets what came of it; the trap must have sprung. */
function springTrap(scene: Scene, ...words: string[]): void {
  try {
    scene.git(...words)
  } catch {
    // The trap may well break the command.
  }
  assert.ok(existsSync(scene.marker), `git ${words.join(' ')} does not spring this trap`)
  rmSync(scene.marker)
}

function assertUnharmed(scene: Scene): void {
  assert.equal(existsSync(scene.marker), false, 'the planted command was run')
}

/** Makes git unsure whether files changed, so that it compares contents. */
function touchAll(scene: Scene): void {
  const now = new Date()
  for (const name of readdirSync(scene.root)) {
    if (name !== '.git') utimesSync(path.join(scene.root, name), now, now)
  }
}

test('a file system monitor that the repository configures is not run', async (context) => {
  const scene = makeScene(context)
  scene.git('config', 'core.fsmonitor', scene.attack)
  springTrap(scene, 'status')
  assert.deepEqual(pathsOf(await auditTree(scene.root, scene)), ['other.py', 'review.py'])
  assertUnharmed(scene)
})

test('no hook is run, wherever the repository says that hooks are', async (context) => {
  const scene = makeScene(context)
  const hooks = path.join(scene.root, 'hooks')
  const names = readdirSync(path.join(scene.root, '.git', 'hooks'))
    .map((name) => name.replace(/\.sample$/u, ''))
    .concat('post-checkout', 'post-index-change', 'reference-transaction', 'post-rewrite')
  for (const folder of [hooks, path.join(scene.root, '.git', 'hooks')]) {
    mkdirSync(folder, { recursive: true })
    for (const name of names) {
      writeFileSync(path.join(folder, name), `#!/bin/sh\n${scene.attack}\n`)
      chmodSync(path.join(folder, name), 0o755)
    }
  }
  scene.git('config', 'core.hooksPath', hooks)
  springTrap(scene, 'checkout', '-q', '-b', 'other')
  touchAll(scene)
  await auditTree(scene.root, scene)
  assertUnharmed(scene)
})

test('filters are not run when files have to be compared with the index', async (context) => {
  const scene = makeScene(context)
  for (const filter of ['evil', 'name with spaces', 'dotted.name']) {
    scene.git('config', `filter.${filter}.clean`, `${scene.attack}; cat`)
    scene.git('config', `filter.${filter}.smudge`, `${scene.attack}; cat`)
    scene.git('config', `filter.${filter}.required`, 'true')
  }
  scene.git('config', 'filter.process.process', `${scene.attack}; cat`)
  scene.git('config', 'filter.process.required', 'true')
  writeFileSync(
    path.join(scene.root, '.git', 'info', 'attributes'),
    'review.py filter=evil\nother.py filter=process\n',
  )
  touchAll(scene)
  springTrap(scene, 'diff')
  touchAll(scene)
  const tree = await auditTree(scene.root, scene)
  assert.deepEqual(pathsOf(tree), ['other.py', 'review.py'])
  assertUnharmed(scene)
})

test('a filter whose name cannot be switched off keeps git from comparing at all', async (context) => {
  const scene = makeScene(context)
  const config = path.join(scene.root, '.git', 'config')
  const section = `[filter "a=b"]\n\tclean = ${scene.attack}; cat\n\trequired = true\n`
  writeFileSync(config, readFileSync(config, 'utf8') + section)
  writeFileSync(path.join(scene.root, '.git', 'info', 'attributes'), '* filter=a=b\n')
  touchAll(scene)
  const tree = await auditTree(scene.root, scene)
  assert.deepEqual(pathsOf(tree), ['other.py', 'review.py'])
  assert.equal(tree.repositories[0]?.modified, false)
  assertUnharmed(scene)
})

test('filters that an included file configures are not run', async (context) => {
  const scene = makeScene(context)
  writeFileSync(
    path.join(scene.base, 'more-config'),
    `[filter "evil"]\n\tclean = ${scene.attack}; cat\n\trequired = true\n`,
  )
  scene.git('config', 'include.path', path.join(scene.base, 'more-config'))
  writeFileSync(path.join(scene.root, '.git', 'info', 'attributes'), '* filter=evil\n')
  touchAll(scene)
  springTrap(scene, 'diff')
  touchAll(scene)
  await auditTree(scene.root, scene)
  assertUnharmed(scene)
})

test('no command for differences, conversions, pages or signatures is run', async (context) => {
  const scene = makeScene(context)
  writeFileSync(path.join(scene.root, '.gitattributes'), '* diff=evil\n')
  scene.git('config', 'diff.evil.textconv', `${scene.attack}; cat`)
  scene.git('config', 'diff.evil.command', scene.attack)
  scene.git('config', 'diff.external', scene.attack)
  scene.git('config', 'core.pager', scene.attack)
  for (const name of ['blame', 'ls-files', 'rev-list', 'cat-file', 'config', 'log']) {
    scene.git('config', `pager.${name}`, scene.attack)
    scene.git('config', `alias.${name}`, `!${scene.attack}`)
  }
  scene.git('config', 'log.showSignature', 'true')
  scene.git('config', 'gpg.program', scene.attack)
  springTrap(scene, 'blame', 'review.py')
  writeFileSync(path.join(scene.root, 'review.py'), 'model = "claude-sonnet-4-5"\n')
  springTrap(scene, 'diff')
  await auditTree(scene.root, scene)
  const search = await findRepository(scene.root, scene.root, scene.environment)
  assert.ok(search.kind === 'found')
  for (const words of [
    ['log', '-p'],
    ['show', 'HEAD'],
    ['diff', 'HEAD'],
    ['blame', 'HEAD', '--', 'review.py'],
  ] as const) {
    const result = await runGit(search.place, words, { environment: scene.environment })
    assert.equal(result.kind, 'done', words.join(' '))
  }
  assertUnharmed(scene)
})

test('nothing is fetched for objects that a partial clone lacks', async (context) => {
  const scene = makeScene(context)
  scene.git('config', 'extensions.partialClone', 'origin')
  scene.git('config', 'core.repositoryFormatVersion', '1')
  scene.git('config', 'remote.origin.promisor', 'true')
  scene.git('config', 'remote.origin.url', `ext::${scene.attack}`)
  scene.git('config', 'remote.origin.uploadpack', scene.attack)
  scene.git('config', 'protocol.ext.allow', 'always')
  scene.git('config', 'protocol.allow', 'always')
  const blob = scene.git('rev-parse', 'HEAD:review.py').trim()
  rmSync(path.join(scene.root, '.git', 'objects', blob.slice(0, 2), blob.slice(2)))
  springTrap(scene, 'cat-file', '-p', blob)
  await auditTree(scene.root, scene)
  assertUnharmed(scene)
})

test('a local remote program is not started for missing objects', async (context) => {
  const scene = makeScene(context)
  const other = path.join(scene.base, 'other.git')
  gitIn(scene.base, 'clone', '--quiet', '--bare', scene.root, other)
  scene.git('config', 'extensions.partialClone', 'origin')
  scene.git('config', 'core.repositoryFormatVersion', '1')
  scene.git('config', 'remote.origin.promisor', 'true')
  scene.git('config', 'remote.origin.url', other)
  scene.git('config', 'remote.origin.uploadpack', `${scene.attack}; git-upload-pack`)
  const blob = scene.git('rev-parse', 'HEAD:review.py').trim()
  rmSync(path.join(scene.root, '.git', 'objects', blob.slice(0, 2), blob.slice(2)))
  springTrap(scene, 'cat-file', '-p', blob)
  rmSync(path.join(scene.root, '.git', 'objects', blob.slice(0, 2), blob.slice(2)), { force: true })
  await auditTree(scene.root, scene)
  assertUnharmed(scene)
})

test('a submodule is not looked at by a git without our settings', async (context) => {
  const scene = makeScene(context)
  const inner = path.join(scene.base, 'inner')
  mkdirSync(inner)
  gitIn(inner, 'init', '--quiet')
  writeFileSync(path.join(inner, 'inner.py'), 'model = "claude-haiku-4-5"\n')
  gitIn(inner, 'add', '--all')
  commit(inner)
  scene.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub')
  commit(scene.root)
  gitIn(path.join(scene.root, 'sub'), 'config', 'core.fsmonitor', scene.attack)
  springTrap(scene, 'status')
  const tree = await auditTree(scene.root, scene)
  assert.deepEqual(pathsOf(tree), ['.gitmodules', 'other.py', 'review.py', 'inner.py'])
  assertUnharmed(scene)
})

test('a work tree that the configuration puts elsewhere is not listed', async (context) => {
  const scene = makeScene(context)
  const secrets = path.join(scene.base, 'secrets')
  mkdirSync(secrets)
  writeFileSync(path.join(secrets, 'secret.py'), 'secret = "claude-opus-4-1"\n')
  scene.git('config', 'core.worktree', secrets)
  const tree = await auditTree(scene.root, scene)
  assert.deepEqual(pathsOf(tree), ['other.py', 'review.py'])
  assert.equal(tree.repositories[0]?.modified, false)
})

test('a `.git` that leads to a repository elsewhere is not used', async (context) => {
  const scene = makeScene(context)
  const victim = path.join(scene.base, 'victim')
  mkdirSync(victim)
  gitIn(victim, 'init', '--quiet')
  writeFileSync(path.join(victim, 'secret.py'), 'secret\n')
  gitIn(victim, 'add', '--all')
  commit(victim)
  const plants: Readonly<Record<string, () => void>> = {
    file: () => writeFileSync(path.join(scene.root, '.git'), `gitdir: ${victim}/.git\n`),
    link: () => symlinkSync(path.join(victim, '.git'), path.join(scene.root, '.git')),
    'common folder': () => {
      mkdirSync(path.join(scene.root, '.git'))
      writeFileSync(path.join(scene.root, '.git', 'HEAD'), 'ref: refs/heads/main\n')
      writeFileSync(path.join(scene.root, '.git', 'commondir'), path.join(victim, '.git'))
      writeFileSync(path.join(scene.root, '.git', 'gitdir'), path.join(scene.root, '.git'))
    },
  }
  for (const [name, plant] of Object.entries(plants)) {
    rmSync(path.join(scene.root, '.git'), { recursive: true, force: true })
    plant()
    const tree = await openTree(scene.root, { environment: scene.environment })
    assert.deepEqual(pathsOf(tree), ['other.py', 'review.py'], name)
    assert.equal(tree.repositories[0]?.commit, null, name)
    assert.match(tree.notes?.join('\n') ?? '', /git is not used/u, name)
    await assert.rejects(openTree(scene.root, { environment: scene.environment, at: 'HEAD' }), {
      code: 'HF_AUDIT_COMMIT',
    })
  }
})

test('linked work trees and submodules audited by themselves are used, since the other side knows them', async (context) => {
  const scene = makeScene(context)
  const linked = path.join(scene.base, 'linked')
  scene.git('worktree', 'add', '--quiet', linked)
  const tree = await auditTree(linked, scene)
  assert.notEqual(tree.repositories[0]?.commit, null)

  const inner = path.join(scene.base, 'inner')
  gitIn(scene.base, 'clone', '--quiet', scene.root, inner)
  scene.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub')
  const submodule = await auditTree(path.join(scene.root, 'sub'), scene)
  assert.notEqual(submodule.repositories[0]?.commit, null)
  assert.deepEqual(submodule.notes, [])
})

test(
  'a repository of another owner is listed by git',
  { skip: process.getuid?.() !== 0 },
  async (context) => {
    const scene = makeScene(context)
    execFileSync('chown', ['-R', '12345:12345', scene.root])
    assert.throws(() => scene.git('status'), /dubious ownership/u)
    const tree = await auditTree(scene.root, scene)
    assert.notEqual(tree.repositories[0]?.commit, null)
  },
)

test(
  'a repository planted above the tree by somebody else decides nothing',
  { skip: process.getuid?.() !== 0 },
  async (context) => {
    const scene = makeScene(context)
    const mine = path.join(scene.root, 'mine')
    mkdirSync(mine)
    writeFileSync(path.join(mine, 'hidden.py'), 'model = "claude-opus-4-1"\n')
    writeFileSync(path.join(scene.root, '.git', 'info', 'exclude'), 'hidden.py\n')
    writeFileSync(path.join(mine, 'seen.py'), '')
    execFileSync('chown', ['-R', '12345:12345', path.join(scene.root, '.git')])
    const tree = await openTree(mine, { environment: scene.environment })
    assert.deepEqual(pathsOf(tree), ['hidden.py', 'seen.py'])
  },
)

test('replaced objects are not seen in place of the real ones', async (context) => {
  const scene = makeScene(context)
  const real = scene.git('rev-parse', 'HEAD:review.py').trim()
  const fake = scene.git('rev-parse', 'HEAD:other.py').trim()
  scene.git('replace', real, fake)
  assert.match(scene.git('cat-file', '-p', real), /nothing/u)
  const tree = await openTree(scene.root, { environment: scene.environment, at: 'HEAD' })
  const file = tree.files.find((one) => one.path === 'review.py')
  assert.ok(file)
  assert.deepEqual(await tree.read(file), {
    kind: 'text',
    content: 'model = "claude-opus-4-1"\n',
  })
  await tree.close()
})

test('variables of the caller lead git nowhere', async (context) => {
  const scene = makeScene(context)
  const trace = path.join(scene.base, 'trace')
  const tree = await openTree(scene.root, {
    environment: {
      ...scene.environment,
      GIT_DIR: '/nonexistent',
      GIT_WORK_TREE: '/nonexistent',
      GIT_INDEX_FILE: '/nonexistent',
      GIT_EXTERNAL_DIFF: scene.attack,
      GIT_TRACE: trace,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: scene.attack,
    },
  })
  assert.deepEqual(pathsOf(tree), ['other.py', 'review.py'])
  assert.equal(existsSync(trace), false)
  assertUnharmed(scene)
})

test('programs are never taken from the audited tree', async (context) => {
  const scene = makeScene(context)
  for (const name of ['git', 'rg']) {
    writeFileSync(path.join(scene.root, name), `#!/bin/sh\n${scene.attack}\n`)
    chmodSync(path.join(scene.root, name), 0o755)
  }
  const directory = process.cwd()
  process.chdir(scene.root)
  try {
    const environment = { PATH: `.::${process.env['PATH'] ?? ''}` }
    const tree = await openTree('.', { environment })
    await exercise(tree)
    assert.ok(pathsOf(tree).includes('review.py'))
  } finally {
    process.chdir(directory)
  }
  assertUnharmed(scene)
})

test('an index that names files outside the tree gives none of them', async (context) => {
  const scene = makeScene(context)
  writeFileSync(path.join(scene.base, 'secret.txt'), 'secret claude-opus-4-1\n')
  const file = path.join(scene.root, '.git', 'index')
  const index = readFileSync(file, 'latin1').replace('review.py', '../secret')
  renameSync(path.join(scene.base, 'secret.txt'), path.join(scene.base, 'secret'))
  writeFileSync(file, index, 'latin1')
  const tree = await openTree(scene.root, { environment: scene.environment })
  assert.equal(
    pathsOf(tree).some((one) => one.includes('..')),
    false,
  )
  await exercise(tree)
})

test('a damaged index costs git, not the audit', async (context) => {
  const scene = makeScene(context)
  writeFileSync(path.join(scene.root, '.git', 'index'), 'DIRC\0\0\0\u0002\0\0\0\u0009garbage')
  const tree = await auditTree(scene.root, scene)
  assert.deepEqual(pathsOf(tree), ['other.py', 'review.py'])
  assert.match(tree.notes?.join('\n') ?? '', /git could not list/u)
})

test('a configuration that git cannot read costs git, not the audit', async (context) => {
  const scene = makeScene(context)
  writeFileSync(path.join(scene.root, '.git', 'config'), '[broken\n')
  const tree = await auditTree(scene.root, scene)
  assert.deepEqual(pathsOf(tree), ['other.py', 'review.py'])
  assert.match(tree.notes?.join('\n') ?? '', /git is not used/u)
})

test('a git that does not end is ended, and one that says too much is cut off', async (context) => {
  const scene = makeScene(context)
  const search = await findRepository(scene.root, scene.root, scene.environment)
  assert.ok(search.kind === 'found')
  execFileSync('mkfifo', [path.join(scene.root, 'pipe')])
  const slow = await runGit(search.place, ['hash-object', '--no-filters', 'pipe'], {
    environment: scene.environment,
    timeMs: 200,
  })
  assert.deepEqual([slow.kind, slow.kind === 'failed' && slow.reason], ['failed', 'time'])
  const loud = await runGit(search.place, ['log'], {
    environment: scene.environment,
    outputBytesMax: 10,
  })
  assert.deepEqual([loud.kind, loud.kind === 'failed' && loud.reason], ['failed', 'output'])
})

test('a link planted in the place of a listed file or folder is not followed', async (context) => {
  const scene = makeScene(context)
  const outside = path.join(scene.base, 'outside')
  mkdirSync(outside)
  writeFileSync(path.join(outside, 'secret.py'), 'secret = 1\n')
  mkdirSync(path.join(scene.root, 'lib'))
  writeFileSync(path.join(scene.root, 'lib', 'secret.py'), 'x = 1\n')
  scene.git('add', '--all')
  commit(scene.root)
  const tree = await openTree(scene.root, { environment: scene.environment })
  rmSync(path.join(scene.root, 'lib'), { recursive: true })
  symlinkSync(outside, path.join(scene.root, 'lib'))
  rmSync(path.join(scene.root, 'review.py'))
  symlinkSync(path.join(outside, 'secret.py'), path.join(scene.root, 'review.py'))
  const read = async (name: string) => {
    const file = tree.files.find((one) => one.path === name)
    assert.ok(file)
    return tree.read(file)
  }
  assert.deepEqual(await read('lib/secret.py'), { kind: 'skipped', reason: 'outside' })
  assert.deepEqual(await read('review.py'), { kind: 'skipped', reason: 'symlink' })
  lutimesSync(path.join(scene.root, 'lib'), new Date(), new Date())
  const again = await openTree(scene.root, { environment: scene.environment })
  assert.deepEqual(pathsOf(again), ['other.py'])
})
