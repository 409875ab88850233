import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openCache } from '../../src/audit/cache/fact-cache.ts'
import { ListedFile } from '../../src/audit/files/file-listing.ts'
import { findHits } from '../../src/audit/files/find-hits.ts'
import type { HitOptions } from '../../src/audit/files/find-hits.ts'
import { openTree } from '../../src/audit/files/open-tree.ts'
import { readIndex } from '../../src/audit/files/read-index.ts'
import { readSource } from '../../src/audit/files/read-source.ts'
import type { SourceTree, TreeFile } from '../../src/audit/files/source-tree.ts'
import type { TreeOptions } from '../../src/audit/files/tree-options.ts'
import { createOwnerLookup } from '../../src/audit/owners/owner-lookup.ts'

/** Trees on disk, with and without git: what is listed, found, read, remembered and owned. */

const environment = { PATH: process.env['PATH'] }

function makeFolder(context: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-files-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function write(root: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    writeFileSync(path.join(root, name), content)
  }
}

function git(folder: string, ...words: string[]): string {
  return execFileSync('git', words, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
  })
}

interface CommitDetails {
  readonly author?: string
  readonly at?: string
}

function commitAll(folder: string, { author = 'Ada', at }: CommitDetails = {}): string {
  git(folder, 'add', '--all')
  const words = [
    '-c',
    `user.name=${author}`,
    '-c',
    'user.email=x@example.org',
    'commit',
    '-qm',
    'x',
  ]
  execFileSync('git', words, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      ...(at === undefined ? {} : { GIT_COMMITTER_DATE: at, GIT_AUTHOR_DATE: at }),
    },
  })
  return git(folder, 'rev-parse', 'HEAD').trim()
}

/** A repository with these files, committed. */
function makeRepository(
  context: TestContext,
  files: Readonly<Record<string, string | Buffer>>,
): string {
  const root = makeFolder(context)
  git(root, 'init', '--quiet', '--initial-branch=main')
  write(root, files)
  commitAll(root)
  return root
}

async function open(root: string, options: Partial<TreeOptions> = {}): Promise<SourceTree> {
  return openTree(root, { environment, ...options })
}

async function pathsIn(
  root: string,
  options: Partial<TreeOptions> = {},
): Promise<readonly string[]> {
  const tree = await open(root, options)
  await tree.close()
  return tree.files.map((file) => file.path)
}

function fileOf(tree: SourceTree, name: string): TreeFile {
  const file = tree.files.find((one) => one.path === name)
  assert.ok(file, `${name} is not listed`)
  return file
}

function skipsOf(tree: SourceTree): Readonly<Record<string, string>> {
  return Object.fromEntries(tree.skipped.map(({ path: name, reason }) => [name, reason]))
}

async function hitsIn(tree: SourceTree, ...keywords: string[]): Promise<readonly string[]> {
  const found: string[] = []
  for await (const file of tree.hits(tree.files, keywords)) found.push(file.path)
  return found.toSorted()
}

test('a work tree is listed with untracked files and without ignored and deleted ones', async (context) => {
  const root = makeRepository(context, {
    '.gitignore': '*.log\n/build/\n',
    'src/a.ts': 'a',
    'src/gone.ts': 'x',
  })
  write(root, { 'src/new.ts': 'new', 'b.log': 'x', 'build/out.ts': 'x' })
  rmSync(path.join(root, 'src/gone.ts'))
  assert.deepEqual(await pathsIn(root), ['.gitignore', 'src/a.ts', 'src/new.ts'])
})

test('tracked files are listed even where an ignore file names them', async (context) => {
  const root = makeRepository(context, { 'a.log': 'x' })
  write(root, { '.gitignore': '*.log\n' })
  assert.deepEqual(await pathsIn(root), ['.gitignore', 'a.log'])
})

test('what must not be read is named with its reason', async (context) => {
  const root = makeRepository(context, { 'a.ts': 'a', 'big.txt': 'x'.repeat(3_000_000) })
  symlinkSync('a.ts', path.join(root, 'link.ts'))
  symlinkSync('.', path.join(root, 'loop'))
  symlinkSync('/etc', path.join(root, 'outside'))
  commitAll(root)
  execFileSync('mkfifo', [path.join(root, 'pipe')])
  const server = createServer().listen(path.join(root, 'socket'))
  context.after(() => server.close())
  writeFileSync(path.join(root, 'huge.bin'), '')
  truncateSync(path.join(root, 'huge.bin'), 3 * 1024 ** 3)
  const tree = await open(root)
  assert.deepEqual(
    tree.files.map((file) => file.path),
    ['a.ts'],
  )
  const skips = skipsOf(tree)
  assert.equal(skips['big.txt'], 'too-large')
  assert.equal(skips['huge.bin'], 'too-large')
  assert.deepEqual(
    [skips['link.ts'], skips['loop'], skips['outside']],
    ['symlink', 'symlink', 'symlink'],
  )
  assert.ok(!('pipe' in skips) || skips['pipe'] === 'special')
})

test('a tracked file replaced by a pipe, a folder or a link is never opened', async (context) => {
  const root = makeRepository(context, { 'a.ts': 'k1', 'b.ts': 'k1', 'c.ts': 'k1', 'd.ts': 'k1' })
  for (const name of ['a.ts', 'b.ts', 'c.ts']) rmSync(path.join(root, name))
  execFileSync('mkfifo', [path.join(root, 'a.ts')])
  write(root, { 'b.ts/inner.ts': 'k1' })
  symlinkSync('/etc/hostname', path.join(root, 'c.ts'))
  const tree = await open(root)
  assert.deepEqual(
    tree.files.map((file) => file.path),
    ['b.ts/inner.ts', 'd.ts'],
  )
  assert.deepEqual(skipsOf(tree), { 'a.ts': 'special', 'c.ts': 'symlink' })
  assert.deepEqual(await hitsIn(tree, 'k1'), ['b.ts/inner.ts', 'd.ts'])
})

test('the key is the blob of an unchanged file, and another when the content is another', async (context) => {
  const root = makeRepository(context, { 'a.ts': 'one', 'b.ts': 'two', 'hidden.ts': 'one' })
  const blob = git(root, 'rev-parse', 'HEAD:a.ts').trim()
  const before = await open(root)
  assert.equal(fileOf(before, 'a.ts').key, `blob:${blob}`)
  assert.equal(before.repositories[0]?.modified, false)
  git(root, 'update-index', '--assume-unchanged', 'hidden.ts')
  write(root, { 'a.ts': 'six', 'hidden.ts': 'six' })
  const after = await open(root)
  assert.match(fileOf(after, 'a.ts').key ?? '', /^stat:/u)
  assert.match(fileOf(after, 'hidden.ts').key ?? '', /^stat:/u)
  assert.equal(fileOf(after, 'b.ts').key, fileOf(before, 'b.ts').key)
  assert.equal(after.repositories[0]?.modified, true)
})

test('a copied or touched repository is not a modified one, a staged change is one', async (context) => {
  const root = makeRepository(context, { 'a.ts': 'one', 'b.ts': 'two' })
  const copy = path.join(makeFolder(context), 'copy')
  cpSync(root, copy, { recursive: true })
  utimesSync(path.join(copy, 'a.ts'), new Date(), new Date())
  const tree = await open(copy)
  assert.equal(tree.repositories[0]?.modified, false)
  assert.match(fileOf(tree, 'a.ts').key ?? '', /^blob:/u)
  write(copy, { 'a.ts': 'other' })
  git(copy, 'add', 'a.ts')
  assert.equal((await open(copy)).repositories[0]?.modified, true)
})

test('the index is read the same in every version, and asked of git where it is split', async (context) => {
  const root = makeRepository(context, {
    'folder/long-name-a.ts': 'a',
    'folder/long-name-b.ts': 'b',
    'folder/ü.ts': 'c',
    z: 'd',
  })
  const expected = await pathsIn(root)
  assert.equal(expected.length, 4)
  const index = path.join(root, '.git', 'index')
  for (const version of ['2', '3', '4']) {
    git(root, 'update-index', '--index-version', version)
    const entries = readIndex(readFileSync(index), 20)
    assert.deepEqual(
      entries?.map(({ name }) => name.text),
      git(root, 'ls-files', '-z').split('\0').slice(0, -1),
    )
    assert.deepEqual(
      entries?.map(({ blob }) => blob),
      git(root, 'ls-files', '-s', '-z')
        .split('\0')
        .slice(0, -1)
        .map((line) => line.split(' ')[1]),
    )
    assert.deepEqual(await pathsIn(root), expected)
  }
  git(root, 'update-index', '--split-index')
  assert.equal(readIndex(readFileSync(index), 20), null)
  assert.deepEqual(await pathsIn(root), expected)
})

test('a repository with SHA-256 ids is listed', async (context) => {
  const root = makeFolder(context)
  git(root, 'init', '--quiet', '--object-format=sha256')
  write(root, { 'a.ts': 'a' })
  commitAll(root)
  const tree = await open(root)
  assert.match(fileOf(tree, 'a.ts').key ?? '', /^blob:[0-9a-f]{64}$/u)
  assert.equal(tree.repositories[0]?.modified, false)
})

test('a folder inside a repository is listed by itself', async (context) => {
  const root = makeRepository(context, {
    'a.ts': 'a',
    'services/b.ts': 'key1',
    'services/x/c.ts': 'c',
  })
  write(root, { 'services/new.ts': 'key1' })
  const tree = await open(path.join(root, 'services'))
  assert.deepEqual(
    tree.files.map((file) => file.path),
    ['b.ts', 'new.ts', 'x/c.ts'],
  )
  assert.deepEqual(await hitsIn(tree, 'key1'), ['b.ts', 'new.ts'])
  const past = await open(path.join(root, 'services'), { at: 'HEAD' })
  assert.deepEqual(
    past.files.map((file) => file.path),
    ['b.ts', 'x/c.ts'],
  )
  assert.deepEqual(await hitsIn(past, 'key1'), ['b.ts'])
  await past.close()
})

test('a folder that its repository ignores is walked', async (context) => {
  const root = makeRepository(context, { '.gitignore': '/scratch/\n' })
  write(root, { 'scratch/a.ts': 'a' })
  assert.deepEqual(await pathsIn(path.join(root, 'scratch')), ['a.ts'])
})

test('without git a folder is walked by its ignore files, the deepest first', async (context) => {
  const root = makeFolder(context)
  write(root, {
    '.gitignore': '*.log\nout/\n',
    'keep/.ignore': '!*.log\n',
    'keep/a.log': 'x',
    'b.log': 'x',
    'out/c.ts': 'x',
    'src/.holdfastignore': 'secret/\n',
    'src/secret/d.ts': 'x',
    'src/e.ts': 'x',
    '.hidden/f.ts': 'x',
  })
  symlinkSync('..', path.join(root, 'src', 'up'))
  const tree = await open(root)
  assert.deepEqual(
    tree.files.map((file) => file.path),
    ['.gitignore', '.hidden/f.ts', 'keep/.ignore', 'keep/a.log', 'src/.holdfastignore', 'src/e.ts'],
  )
  assert.deepEqual(skipsOf(tree), { 'src/up': 'symlink' })
  assert.deepEqual(
    tree.repositories.map(({ id, commit }) => [id, commit]),
    [[path.basename(root), null]],
  )
})

test('`.holdfastignore` and `exclude` hold in git trees too, now and at a commit', async (context) => {
  const root = makeRepository(context, {
    '.holdfastignore': '/legacy/\n',
    'legacy/a.ts': 'a',
    'src/b.ts': 'b',
    'src/c.gen.ts': 'c',
    'src/.holdfastignore': 'private.ts\n',
    'src/private.ts': 'p',
  })
  const options = { exclude: ['*.gen.ts'] }
  const expected = ['.holdfastignore', 'src/.holdfastignore', 'src/b.ts']
  assert.deepEqual(await pathsIn(root, options), expected)
  assert.deepEqual(await pathsIn(root, { ...options, at: 'HEAD' }), expected)
})

test('submodules and nested repositories are listed as repositories of their own', async (context) => {
  const inner = makeRepository(context, { 'inner.ts': 'key1' })
  const root = makeRepository(context, { 'a.ts': 'a', 'deep/x.ts': 'x' })
  git(root, 'remote', 'add', 'origin', 'https://ada:secret@github.com/acme/outer.git')
  git(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'deep/sub')
  commitAll(root)
  git(root, 'clone', '--quiet', inner, 'loose')
  const tree = await open(root)
  assert.deepEqual(
    tree.repositories.map(({ id, root: where, remote, nested }) => ({ id, where, remote, nested })),
    [
      {
        id: 'acme/outer',
        where: '.',
        remote: 'https://github.com/acme/outer.git',
        nested: ['deep/sub', 'loose'],
      },
      { id: 'sub', where: 'deep/sub', remote: null, nested: [] },
      { id: 'loose', where: 'loose', remote: null, nested: [] },
    ],
  )
  assert.deepEqual(
    tree.files.filter((file) => file.path === 'inner.ts').map((file) => file.repository),
    ['sub', 'loose'],
  )
  assert.deepEqual(await hitsIn(tree, 'key1'), ['inner.ts', 'inner.ts'])
  const past = await open(root, { at: 'HEAD' })
  assert.deepEqual(
    past.repositories.map(({ id }) => id),
    ['acme/outer', 'sub'],
  )
  assert.deepEqual(await hitsIn(past, 'key1'), ['inner.ts'])
  await past.close()
})

test('a submodule that is not checked out is named and has no files', async (context) => {
  const inner = makeRepository(context, { 'inner.ts': 'x' })
  const root = makeRepository(context, { 'a.ts': 'a' })
  git(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub')
  commitAll(root)
  const clone = path.join(makeFolder(context), 'clone')
  git(root, 'clone', '--quiet', root, clone)
  const tree = await open(clone)
  assert.deepEqual(
    tree.files.map((file) => file.path),
    ['.gitmodules', 'a.ts'],
  )
  assert.deepEqual(tree.repositories[0]?.nested, ['sub'])
  const past = await open(clone, { at: 'HEAD' })
  assert.deepEqual(skipsOf(past), { 'sub/': 'missing' })
  await past.close()
})

test('two repositories of one name have two ids', async (context) => {
  const root = makeFolder(context)
  for (const folder of ['x/api', 'y/api']) {
    write(root, { [`${folder}/a.ts`]: 'a' })
    git(path.join(root, folder), 'init', '--quiet')
  }
  const tree = await open(root)
  assert.deepEqual(tree.repositories.map(({ id }) => id).slice(1), ['api', 'api@y/api'])
})

test('names with line ends, broken bytes, dashes and pattern characters are listed, found and read', async (context) => {
  const root = makeFolder(context)
  const names = [
    '-l',
    '--help',
    '-',
    'line\nend.ts',
    ':(exclude)*',
    'a*?[b].ts',
    ' space ',
    'ü.ts',
    'q"\'`$.ts',
  ]
  write(root, Object.fromEntries(names.map((name) => [name, 'key1'])))
  const broken = Buffer.concat([
    Buffer.from(`${root}/`),
    Buffer.from([0x62, 0xff]),
    Buffer.from('.ts'),
  ])
  writeFileSync(broken, 'key1')
  const brokenFolder = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xfe])])
  mkdirSync(brokenFolder)
  writeFileSync(Buffer.concat([brokenFolder, Buffer.from('/inner.ts')]), 'key1')
  const expected = [...names, 'b\\xff.ts', '\\xfe/inner.ts'].toSorted()
  const check = async (): Promise<void> => {
    for (const at of git(root, 'log', '--all').length > 0 ? [undefined, 'HEAD'] : [undefined]) {
      const tree = await open(root, { at })
      assert.deepEqual(tree.files.map((file) => file.path).toSorted(), expected)
      assert.deepEqual(await hitsIn(tree, 'key1'), expected)
      for (const file of tree.files) {
        assert.deepEqual(await tree.read(file), { kind: 'text', content: 'key1' }, file.path)
      }
      await tree.close()
    }
  }
  const plain = await open(root)
  assert.deepEqual(plain.files.map((file) => file.path).toSorted(), expected)
  assert.deepEqual(await hitsIn(plain, 'key1'), expected)
  git(root, 'init', '--quiet')
  await check()
  commitAll(root)
  await check()
})

test('reading tells why it does not', async (context) => {
  const root = makeFolder(context)
  write(root, {
    'a.ts': 'a',
    'binary.dat': 'a\0b',
    'utf16.txt': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('gpt', 'utf16le')]),
    'big.txt': 'x'.repeat(100),
  })
  symlinkSync('a.ts', path.join(root, 'link'))
  symlinkSync('/etc', path.join(root, 'etc'))
  execFileSync('mkfifo', [path.join(root, 'pipe')])
  const skipped = (reason: string) => ({ kind: 'skipped', reason })
  assert.deepEqual(readSource(root, 'a.ts'), { kind: 'text', content: 'a' })
  assert.deepEqual(readSource(root, 'utf16.txt'), { kind: 'text', content: 'gpt' })
  assert.deepEqual(readSource(root, 'binary.dat'), skipped('binary'))
  assert.deepEqual(readSource(root, 'big.txt', 99), skipped('too-large'))
  assert.deepEqual(readSource(root, 'link'), skipped('symlink'))
  assert.deepEqual(readSource(root, 'etc/hostname'), skipped('outside'))
  assert.deepEqual(readSource(root, '../../../etc/hostname'), skipped('outside'))
  assert.deepEqual(readSource(root, 'pipe'), skipped('special'))
  assert.deepEqual(readSource(root, 'missing.ts'), skipped('missing'))
  if (process.getuid?.() !== 0) {
    chmodSync(path.join(root, 'a.ts'), 0)
    assert.deepEqual(readSource(root, 'a.ts'), skipped('unreadable'))
  }
})

test('the search program and the search by hand find the same files', async (context) => {
  const root = makeRepository(context, {
    'a.ts': 'const m = "claude-opus"\n',
    'b.py': 'nothing\n',
    'utf16.txt': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('x gpt-4o y', 'utf16le')]),
    'empty.ts': '',
    'late.txt': `${'x\n'.repeat(100_000)}claude-sonnet`,
    'picture.png': 'claude-',
    'case.ts': 'CLAUDE-OPUS',
    '.hidden/c.ts': 'gpt-4o',
    'umlaut.ts': 'schlüssel',
  })
  write(root, { '.rgignore': '*', '.ignore': '*' })
  const tree = await open(root)
  const search = async (options: HitOptions): Promise<readonly string[]> => {
    const found: string[] = []
    const files = tree.files.filter((file) => file instanceof ListedFile)
    for await (const file of findHits(
      root,
      files,
      ['claude-', 'gpt-4o', 'schlüssel', 'a\nb'],
      options,
    )) {
      found.push(file.path)
    }
    return found.toSorted()
  }
  const expected = ['.hidden/c.ts', 'a.ts', 'late.txt', 'umlaut.ts', 'utf16.txt']
  assert.deepEqual(await search({}), expected)
  const notes: string[] = []
  const onNote = (note: string): void => void notes.push(note)
  assert.deepEqual(await search({ ripgrep: null, onNote }), expected)
  assert.deepEqual(await search({ ripgrep: '/bin/ls', onNote }), expected)
  assert.deepEqual(await search({ ripgrep: '/nonexistent', onNote }), expected)
  assert.ok(notes.length >= 3 && notes.every((note) => note.includes('more slowly')))
})

test('a file that vanishes after listing does not spoil the search', async (context) => {
  const root = makeRepository(context, { 'a.ts': 'key1', 'b.ts': 'key1', 'c.ts': 'none' })
  const tree = await open(root)
  rmSync(path.join(root, 'a.ts'))
  assert.deepEqual(await hitsIn(tree, 'key1'), ['a.ts', 'b.ts'])
  assert.deepEqual(await tree.read(fileOf(tree, 'a.ts')), { kind: 'skipped', reason: 'missing' })
})

test('a search can be stopped, and a reader may leave it', async (context) => {
  const root = makeRepository(context, { 'a.ts': 'key1', 'b.ts': 'key1' })
  const tree = await open(root)
  const found: string[] = []
  for await (const file of tree.hits(tree.files, ['key1'], AbortSignal.abort()))
    found.push(file.path)
  assert.deepEqual(found, [])
  for await (const file of tree.hits(tree.files, ['key1'])) {
    assert.equal(file.path.length, 4)
    break
  }
})

test('the tree at a commit or a day is that of then', async (context) => {
  const root = makeFolder(context)
  git(root, 'init', '--quiet')
  write(root, { 'a.ts': 'key1 old', 'gone.ts': 'key1', '.github/CODEOWNERS': '* @old\n' })
  const first = commitAll(root, { at: '2026-06-01T12:00:00Z' })
  rmSync(path.join(root, 'gone.ts'))
  write(root, { 'a.ts': 'new', '.github/CODEOWNERS': '* @new\n' })
  const second = commitAll(root, { at: '2026-06-12T23:30:00Z' })
  write(root, { 'a.ts': 'key1 not committed' })
  const cases: Readonly<Record<string, string>> = {
    [first]: first,
    'HEAD~1': first,
    '2026-06-11': first,
    '2026-06-12T23:00:00Z': first,
    '2026-06-13T00:15:00+02:00': first,
    '2026-06-12': second,
    '2027-01-01': second,
  }
  for (const [at, commit] of Object.entries(cases)) {
    const tree = await open(root, { at })
    assert.equal(tree.repositories[0]?.commit, commit, at)
    assert.equal(tree.repositories[0]?.modified, false)
    const isFirst = commit === first
    assert.deepEqual(await hitsIn(tree, 'key1'), isFirst ? ['a.ts', 'gone.ts'] : [])
    assert.deepEqual(await tree.read(fileOf(tree, 'a.ts')), {
      kind: 'text',
      content: isFirst ? 'key1 old' : 'new',
    })
    const owners = await createOwnerLookup(tree)
    const found = await owners.ownersOf(tree.repositories[0].id, [{ path: 'a.ts', line: 1 }])
    assert.deepEqual(found, [{ owners: [isFirst ? '@old' : '@new'], source: 'codeowners' }])
    await tree.close()
  }
})

test('a time before the first commit, an unknown commit and no repository are told', async (context) => {
  const root = makeRepository(context, { 'a.ts': 'a' })
  for (const at of ['1999-01-01', 'no-such-branch', '--all', '', '2026-13-45']) {
    await assert.rejects(open(root, { at }), { code: 'HF_AUDIT_COMMIT' }, at)
  }
  const plain = makeFolder(context)
  await assert.rejects(open(plain, { at: 'HEAD' }), { code: 'HF_AUDIT_COMMIT' })
  await assert.rejects(open(path.join(plain, 'nowhere')), { code: 'HF_AUDIT_ROOT' })
})

test('many blobs, empty ones and large ones come through one reader whole', async (context) => {
  const files: Record<string, string> = { 'empty.ts': '', 'large.txt': 'y'.repeat(1_500_000) }
  for (let index = 0; index < 300; index++) files[`f${index}.txt`] = `${index}\n`.repeat(index)
  const root = makeRepository(context, files)
  const tree = await open(root, { at: 'HEAD' })
  const contents = await Promise.all(tree.files.map((file) => tree.read(file)))
  for (const [index, file] of tree.files.entries()) {
    assert.deepEqual(contents[index], { kind: 'text', content: files[file.path] }, file.path)
  }
  await tree.close()
  assert.deepEqual(await tree.read(fileOf(tree, 'f1.txt')), { kind: 'skipped', reason: 'missing' })
})

test('without git on the machine folders are walked, and the past is out of reach', async (context) => {
  const root = makeRepository(context, { 'a.ts': 'a' })
  const tree = await openTree(root, { environment: { PATH: '' } })
  assert.deepEqual(
    tree.files.map((file) => file.path),
    ['a.ts'],
  )
  assert.match(tree.notes?.join('\n') ?? '', /git is not installed/u)
  await assert.rejects(openTree(root, { environment: {}, at: 'HEAD' }), { code: 'HF_AUDIT_COMMIT' })
})

test('owners come from CODEOWNERS, else from who wrote the lines, else from the description', async (context) => {
  const root = makeFolder(context)
  git(root, 'init', '--quiet')
  const block = (name: string) =>
    Array.from({ length: 40 }, (_, line) => `${name} ${line}`).join('\n')
  write(root, {
    CODEOWNERS: '/owned/ @acme/wrong\n',
    '.github/CODEOWNERS': '/owned/ @acme/appsec # us\n/owned/free/\n',
    'owned/a.py': 'a',
    'owned/free/b.py': 'b',
    'lib/c.py': `${block('ada')}\n`,
    'catalog-info.yaml': 'kind: Component\nspec:\n  owner: team-x\n',
  })
  commitAll(root, { author: 'Ada' })
  write(root, { 'lib/c.py': `${block('ada')}\n${block('grace')}\n` })
  commitAll(root, { author: 'Grace' })
  write(root, {
    'lib/untracked.py': 'x',
    'web/package.json': '{"author":"Zoe <z@y.x>"}',
    'web/d.js': '1',
  })
  const tree = await open(root)
  const id = tree.repositories[0]?.id ?? ''
  const told: string[] = []
  const lookup = await createOwnerLookup(tree, {
    onProgress: (done, of) => void told.push(`${done} of ${of}`),
    onNote: (note) => void told.push(note),
  })
  const source = (owners: readonly string[], from: string) => ({ owners, source: from })
  const places = [
    { path: 'owned/a.py', line: 1 },
    { path: 'owned/free/b.py', line: 1 },
    { path: 'lib/c.py', line: 75 },
    { path: 'lib/c.py', line: 5 },
    { path: 'lib/c.py' },
    { path: 'lib/untracked.py', line: 1 },
    { path: 'web/d.js', line: 1 },
  ]
  assert.deepEqual(await lookup.ownersOf(id, places), [
    source(['@acme/appsec'], 'codeowners'),
    source(['git:Ada'], 'git'),
    source(['git:Grace'], 'git'),
    source(['git:Ada'], 'git'),
    source(['git:Ada', 'git:Grace'], 'git'),
    source(['team-x'], 'manifest'),
    source(['Zoe'], 'manifest'),
  ])
  assert.deepEqual(told, ['1 of 4', '2 of 4', '3 of 4', '4 of 4'])
  assert.deepEqual(await lookup.ownersOf('unknown', [{ path: 'x' }]), [source([], 'none')])
  const withoutHistory = await createOwnerLookup(await open(root, { gitOwners: false }))
  const [, , , inFile] = places
  assert.ok(inFile)
  assert.deepEqual(await withoutHistory.ownersOf(id, [inFile]), [source(['team-x'], 'manifest')])
})

test('lines that were never committed have no authors, and those before them keep theirs', async (context) => {
  const line = (name: string, count: number) => `${name}\n`.repeat(count)
  const root = makeRepository(context, { 'a.py': line('old', 30) })
  write(root, { 'a.py': line('old', 30) + line('new', 400) })
  const tree = await open(root)
  const lookup = await createOwnerLookup(tree)
  const places = [300, 5].map((at) => ({ path: 'a.py', line: at }))
  const found = await lookup.ownersOf(tree.repositories[0]?.id ?? '', places)
  assert.deepEqual(
    found.map((one) => one.source),
    ['none', 'git'],
  )
})

test('histories that were not read in time are told', async (context) => {
  const root = makeRepository(context, { 'a.py': 'a', 'b.py': 'b', 'c.py': 'c' })
  const tree = await open(root)
  const notes: string[] = []
  const lookup = await createOwnerLookup(tree, {
    timeMs: 0,
    onNote: (note) => void notes.push(note),
  })
  const places = ['a.py', 'b.py', 'c.py'].map((file) => ({ path: file, line: 1 }))
  const found = await lookup.ownersOf(tree.repositories[0]?.id ?? '', places)
  assert.ok(found.every((one) => one.source === 'none'))
  assert.equal(notes.length, 1)
  assert.match(notes[0] ?? '', /history of 3 of 3 files was not read in time/u)
})

test('the authors at the edge of a shallow clone are not taken for owners', async (context) => {
  const origin = makeRepository(context, { 'a.py': 'a\n' })
  write(origin, { 'b.py': 'b\n' })
  commitAll(origin, { author: 'Grace' })
  const clone = path.join(makeFolder(context), 'clone')
  git(origin, 'clone', '--quiet', '--depth=1', `file://${origin}`, clone)
  const tree = await open(clone)
  const lookup = await createOwnerLookup(tree)
  const found = await lookup.ownersOf(tree.repositories[0]?.id ?? '', [{ path: 'a.py', line: 1 }])
  assert.deepEqual(found, [{ owners: [], source: 'none' }])
})

test('GitLab sections are read for a GitLab remote, and CODEOWNERS above an audited folder counts', async (context) => {
  const root = makeRepository(context, {
    '.gitlab/CODEOWNERS': '[Core] @core\n/services/\n[Models] @models\n*.py\n',
    'services/a.py': 'a',
  })
  git(root, 'remote', 'add', 'origin', 'git@gitlab.example.org:acme/app.git')
  const tree = await open(path.join(root, 'services'))
  const lookup = await createOwnerLookup(tree)
  assert.deepEqual(await lookup.ownersOf('acme/app', [{ path: 'a.py', line: 1 }]), [
    { owners: ['@core', '@models'], source: 'codeowners' },
  ])
})

test('the cache remembers what was found and that nothing was', async (context) => {
  const file = path.join(makeFolder(context), 'deep', 'audit.cache')
  const problems: string[] = []
  const warn = (problem: string): void => void problems.push(problem)
  const cache = await openCache(file, 'rules-1')
  assert.equal(cache.get('a'), undefined)
  const found = { facts: [], lines: [[3, 'model = "ü"']] as const }
  cache.set('hit\npath\nwith line end', found)
  cache.set('nothing', null)
  assert.deepEqual(cache.get('nothing'), null)
  await cache.save(warn)
  const again = await openCache(file, 'rules-1')
  assert.deepEqual(again.get('hit\npath\nwith line end'), found)
  assert.equal(again.get('nothing'), null)
  assert.equal(again.get('other'), undefined)
  const otherRules = await openCache(file, 'rules-2')
  assert.equal(otherRules.get('nothing'), undefined)
  assert.deepEqual(problems, [])
  assert.deepEqual(readdirSync(path.dirname(file)), ['audit.cache'])
})

test('an entry that nobody asks for is forgotten after a number of saves', async (context) => {
  const file = path.join(makeFolder(context), 'audit.cache')
  const warn = (problem: string): void => assert.fail(problem)
  const first = await openCache(file, 'r')
  first.set('old', null)
  await first.save(warn)
  for (let run = 0; run < 25; run++) {
    const cache = await openCache(file, 'r')
    if (run < 15)
      assert.equal(cache.get(run === 14 ? 'old' : 'other'), run === 14 ? null : undefined)
    cache.set(`new ${run}`, null)
    await cache.save(warn)
  }
  assert.equal((await openCache(file, 'r')).get('old'), null)
  for (let run = 0; run < 12; run++) {
    const cache = await openCache(file, 'r')
    cache.set(`newer ${run}`, null)
    await cache.save(warn)
  }
  assert.equal((await openCache(file, 'r')).get('old'), undefined)
})

test('a damaged cache is an empty one, and a place that cannot be written costs a warning', async (context) => {
  const folder = makeFolder(context)
  const file = path.join(folder, 'audit.cache')
  writeFileSync(file, 'holdfast audit cache 1\0r\0Fbroken\0{"facts":\0E1\0')
  const cache = await openCache(file, 'r')
  assert.equal(cache.get('broken'), undefined)
  writeFileSync(file, Buffer.from([0xff, 0, 1, 2]))
  assert.equal((await openCache(file, 'r')).get('x'), undefined)
  const problems: string[] = []
  const blocked = await openCache(path.join(file, 'below-a-file'), 'r')
  blocked.set('a', null)
  await blocked.save((problem) => problems.push(problem))
  assert.equal(problems.length, 1)
  assert.match(problems[0] ?? '', /was not written/u)
  assert.ok(existsSync(file))
})
