import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { runTests } from '../../src/cli/tasks/run-tests.ts'

/** The engine that holdfast takes: the first that answers. */
function containerEngine(): string | null {
  const answers = (engine: string) =>
    spawnSync(engine, ['version'], { stdio: 'ignore', timeout: 10_000 }).status === 0
  return ['docker', 'podman'].find(answers) ?? null
}

interface ContainerHere {
  readonly engine: string
  /** With Node, by its digest. */
  readonly image: string
}

/**
 * An engine that runs containers here, with an image: `HOLDFAST_TEST_IMAGE` (`NAME@sha256:…`), one of Node that is there,
 * or for podman one made of this machine's own programs. A text: why there is none. Where containers are required
 * (`HOLDFAST_REQUIRE`), that fails instead.
 */
export async function containerHere(): Promise<ContainerHere | string> {
  const found = await findContainer()
  if (
    typeof found === 'string' &&
    (process.env['HOLDFAST_REQUIRE'] ?? '').split(',').includes('containers')
  )
    throw new Error(`containers are required (HOLDFAST_REQUIRE): ${found}`)
  return found
}

async function findContainer(): Promise<ContainerHere | string> {
  const engine = containerEngine()
  if (engine === null) return 'no container engine answers here'
  const image =
    process.env['HOLDFAST_TEST_IMAGE'] ??
    pinnedImage(engine, /(?:^|\/)node@sha256:[0-9a-f]{64}$/) ??
    (engine === 'podman' ? madeImage() : null)
  if (image === null) return `${engine} has no image of Node by its digest`
  const files = { 't.mjs': '' }
  const job = { program: 'node', testFile: 't.mjs', seconds: 20, memoryMiB: 128, files } as const
  const run = await runTests({ ...job, container: image })
  return run.ended === 'passed'
    ? { engine, image }
    : `${engine} runs no container here: ${run.output.trim()}`
}

function pinnedImage(engine: string, name: RegExp): string | null {
  const words = ['images', '--digests', '--format', '{{.Repository}}@{{.Digest}}']
  const { status, stdout } = spawnSync(engine, words, { encoding: 'utf8', timeout: 10_000 })
  return status === 0 ? (stdout.split('\n').find((line) => name.test(line)) ?? null) : null
}

/** Several runs of the tests do not take it from each other. */
const madeName = `localhost/holdfast-made-${process.pid}`

/** Programs of this machine with the libraries that they load, imported into podman until the tests have ended. Null: that could not be done. */
function madeImage(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-image-'))
  try {
    mkdirSync(join(folder, 'tmp'))
    chmodSync(join(folder, 'tmp'), 0o1777)
    for (const program of ['/bin/sh', '/bin/cp', '/usr/bin/timeout', process.execPath]) {
      copyInto(folder, program, join('bin', basename(program)))
      for (const library of librariesOf(program)) copyInto(folder, library, library)
    }
    const archive = `${folder}.tar`
    spawnSync('tar', ['-C', folder, '-cf', archive, '.'])
    spawnSync('podman', ['import', archive, `${madeName}:1`], { stdio: 'ignore', timeout: 120_000 })
    rmSync(archive, { force: true })
    process.on('exit', () => spawnSync('podman', ['rmi', '--force', `${madeName}:1`]))
    return pinnedImage('podman', new RegExp(`^${madeName}@sha256:`))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function copyInto(folder: string, from: string, to: string): void {
  const target = join(folder, to)
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(from, target)
}

/** Absolute paths in what `ldd` says. */
function librariesOf(program: string): readonly string[] {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' })
  return [...stdout.matchAll(/(?:^\s*|=> )(?<path>\/\S+) \(0x/gm)].map(
    ({ groups }) => groups?.['path'] ?? '',
  )
}
