import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type SeededRandom, seededRandom } from './seeded-random.ts'
import { type FileKind, fileKinds, words } from './speed-languages.ts'

/** A tree of source files in which chosen shares of the files hold a keyword. */
export interface SpeedTree {
  readonly root: string
  readonly files: number
  readonly bytes: number
  /** Makes this share of the files hold a keyword; shares only grow. */
  readonly raiseHits: (share: number) => number
}

interface TextFile {
  readonly path: string
  readonly kind: FileKind
}

const medianBytes = 2_700
/**
 * Of the logarithm. Of 38,503 text files of up to 1 MiB in 53 public repositories a quarter has up to 0.9 KB, the half
 * 2.7, three quarters 7.5, 95 in a hundred 31, and the mean is 11 KB (docs/reference/audit-speed.md); with this it is 8.4.
 */
const deviation = 1.5
const largestBytes = 1_000_000
const blocksPerKind = 400
const filesPerFolder = 12

export function createTree(
  root: string,
  count: number,
  seed: number,
  keywords: readonly string[],
): SpeedTree {
  const random = seededRandom(seed)
  const blocks = new Map(fileKinds.map((kind) => [kind.id, blocksFor(kind, random, keywords)]))
  const texts: TextFile[] = []
  let bytes = 0
  let files = 0
  const write = (name: string, content: string | Uint8Array): void => {
    const target = path.join(root, name)
    if (files % filesPerFolder === 0 || !name.startsWith('services/'))
      mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(target, content)
    bytes += content.length
    files += 1
  }
  for (const [name, content] of fixedFiles) write(name, content)
  for (let index = files; index < count; index += 1) {
    const folder = `services/${pair(index, 400)}/${pair(index, 40)}/${Math.floor(index / filesPerFolder)}`
    mkdirSync(path.join(root, folder), { recursive: true })
    if (random.next() < 0.03) {
      write(`${folder}/${random.pick(words)}-${files}.png`, imageBytes(random))
      continue
    }
    if (random.next() < 0.005) {
      write(`${folder}/package-lock.json`, lockfile(random, keywords))
      continue
    }
    const kind = pickKind(random)
    const name = `${folder}/${random.pick(words)}_${files}.${kind.extension}`
    write(name, textOf(kind, blocks.get(kind.id) ?? [], random))
    texts.push({ path: name, kind })
  }
  initialise(root)
  const order = shuffled(texts, random)
  let hits = 0
  return {
    root,
    files,
    bytes,
    raiseHits: (share) => {
      const wanted = Math.round(share * files)
      for (; hits < wanted; hits += 1) {
        const file = order[hits]
        if (file !== undefined) addHit(root, file, random)
      }
      return hits
    },
  }
}

const fixedFiles: readonly (readonly [string, string])[] = [
  ['CODEOWNERS', '* @example/platform\n/services/ @example/services\n'],
  ['.gitignore', 'node_modules/\ndist/\n*.log\n'],
  ['README.md', '# A generated tree\n'],
]

/** Blocks without any keyword, so that only the files that were chosen hold one. */
function blocksFor(
  kind: FileKind,
  random: SeededRandom,
  keywords: readonly string[],
): readonly string[] {
  const blocks: string[] = []
  for (let tries = 0; blocks.length < blocksPerKind && tries < blocksPerKind * 50; tries += 1) {
    const block = kind.block(() => random.pick(words), random)
    if (!keywords.some((keyword) => block.includes(keyword))) blocks.push(block)
  }
  if (blocks.length === 0) throw new Error(`every piece of ${kind.id} text holds a keyword`)
  return blocks
}

function textOf(kind: FileKind, blocks: readonly string[], random: SeededRandom): string {
  const size = Math.min(largestBytes, medianBytes * Math.exp(deviation * random.normal()))
  const parts = [kind.head]
  let length = kind.head.length
  while (length < size) {
    const block = random.pick(blocks)
    parts.push(block)
    length += block.length
  }
  return parts.join('')
}

function addHit(root: string, file: TextFile, random: SeededRandom): void {
  const target = path.join(root, file.path)
  writeFileSync(target, readFileSync(target, 'utf8') + random.pick(file.kind.hits))
}

function pickKind(random: SeededRandom): FileKind {
  const total = fileKinds.reduce((sum, kind) => sum + kind.weight, 0)
  let at = random.next() * total
  for (const kind of fileKinds) {
    at -= kind.weight
    if (at < 0) return kind
  }
  throw new Error('the weights do not add up')
}

function imageBytes(random: SeededRandom): Uint8Array {
  const bytes = new Uint8Array(2_000 + random.below(20_000))
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = random.below(256)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])
  return bytes
}

function lockfile(random: SeededRandom, keywords: readonly string[]): string {
  const names = Array.from({ length: 150 }, () => `${random.pick(words)}-${random.pick(words)}`)
  const entries = names
    .map(
      (name) =>
        `    "node_modules/${name}": { "version": "${random.below(9)}.${random.below(20)}.${random.below(9)}" }`,
    )
    .filter((entry) => !keywords.some((keyword) => entry.includes(keyword)))
  return `{\n  "lockfileVersion": 3,\n  "packages": {\n${[...new Set(entries)].join(',\n')}\n  }\n}\n`
}

/** A folder name that many neighbouring files share. */
function pair(index: number, each: number): string {
  const group = Math.floor(index / each / filesPerFolder)
  return `${words[group % words.length] ?? 'depot'}-${group}`
}

function shuffled<T>(items: readonly T[], random: SeededRandom): readonly T[] {
  const result = [...items]
  for (let at = result.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1)
    const [a, b] = [result[at], result[other]]
    if (a === undefined || b === undefined) continue
    result[at] = b
    result[other] = a
  }
  return result
}

function initialise(root: string): void {
  const git = (...words_: readonly string[]) =>
    execFileSync(
      'git',
      ['-C', root, '-c', 'user.name=Bench', '-c', 'user.email=bench@example.invalid', ...words_],
      {
        stdio: 'ignore',
        maxBuffer: 1 << 28,
        env: {
          PATH: process.env['PATH'],
          GIT_CONFIG_GLOBAL: '/dev/null',
          GIT_CONFIG_SYSTEM: '/dev/null',
        },
      },
    )
  git('init', '--quiet')
  git('-c', 'gc.auto=0', '-c', 'core.autocrlf=false', 'add', '--all')
  git('-c', 'gc.auto=0', 'commit', '--quiet', '--message', 'a generated tree')
}
