import { existsSync, readdirSync, statSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compareText } from '../base/compare.ts'
import { Fault } from '../base/fault.ts'
import { type AuditDetector, Detector } from '../schema/detector.ts'
import { parseYamlAs } from './load-config.ts'
import { dataPath } from './installation.ts'
import { whyNot } from './why-not.ts'

export interface DetectorFile {
  readonly path: string
  readonly detector: Detector
}

/** The shipped detectors and those of the folders given; a detector of the same id replaces the shipped one. */
export async function loadDetectors(
  folders: readonly string[] = [],
): Promise<readonly AuditDetector[]> {
  const shipped = await loadShipped()
  const own = (await Promise.all(folders.map((folder) => readDetectorFolder(folder)))).flat()
  const byId = new Map(
    [...shipped, ...own.map((file) => file.detector)].map((one) => [one.id, one]),
  )
  return [...byId.values()].toSorted((a, b) => compareText(a.id, b.id))
}

/**
 * Shipped detectors come from one generated file, since parsing some two hundred YAML files would take longer
 * than an audit. In a checkout whose YAML files are others than it was made from, those are read instead.
 */
async function loadShipped(): Promise<readonly AuditDetector[]> {
  const folder = dataPath('detectors')
  const compiledPath = dataPath('detectors.json')
  try {
    const compiled = JSON.parse(await readFile(compiledPath, 'utf8')) as CompiledDetectors
    if (isMadeFrom(compiled, compiledPath, folder)) return compiled.detectors
  } catch {
    // Not made yet, or damaged: the YAML files are the truth.
  }
  return (await readDetectorFolder(folder)).map((file) => file.detector)
}

interface CompiledDetectors {
  /** Name and size in bytes of each file it was made from. */
  readonly files: Readonly<Record<string, number>>
  readonly detectors: readonly AuditDetector[]
}

/** A checkout writes all files within seconds of each other; an edit comes later. */
const checkoutSpanMs = 10_000

function isMadeFrom(compiled: CompiledDetectors, compiledPath: string, folder: string): boolean {
  if (!existsSync(folder)) return true
  const madeAt = statSync(compiledPath).mtimeMs
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
  return (
    names.length === Object.keys(compiled.files).length &&
    names.every((name) => {
      const { size, mtimeMs } = statSync(join(folder, name))
      return compiled.files[name] === size && mtimeMs <= madeAt + checkoutSpanMs
    })
  )
}

/** The detectors of a folder, or the one in a file. */
export async function readDetectorFolder(folder: string): Promise<readonly DetectorFile[]> {
  if (/\.ya?ml$/.test(folder)) return [await readDetectorFile(folder)]
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    throw new Fault('HF_DETECTOR_INVALID', `cannot read \`${folder}\`: ${whyNot(error)}`, {
      expected: 'a folder of detector files (*.yaml)',
      cause: error,
    })
  }
  const yaml = names.filter((name) => /\.ya?ml$/.test(name)).toSorted(compareText)
  return Promise.all(yaml.map((name) => readDetectorFile(join(folder, name))))
}

async function readDetectorFile(path: string): Promise<DetectorFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new Fault('HF_DETECTOR_INVALID', `cannot read \`${path}\`: ${whyNot(error)}`, {
      expected: 'a detector file, or a folder of them',
      cause: error,
    })
  }
  return { path, detector: parseYamlAs(Detector, text, path, 'HF_DETECTOR_INVALID') }
}
