import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadCases } from '../../bench/audit/cases.ts'
import { compareText } from '../../src/base/compare.ts'
import type { Detector } from '../../src/schema/detector.ts'

export interface CorpusFile {
  readonly path: string
  readonly content: string
}

const root = resolve(import.meta.dirname, '../..')
const charactersMax = 20_000

/** Every text that the repository has of the kind the audit reads: fixtures of detectors, labelled cases, the example. */
export function corpus(detectors: readonly Detector[]): readonly CorpusFile[] {
  const fixtures = detectors.flatMap(({ fixtures: { hits, nearMisses } }) =>
    [...hits, ...nearMisses].flatMap(({ path, content, files }): (readonly [string, string])[] => [
      ...(path === undefined || content === undefined ? [] : [[path, content] as const]),
      ...Object.entries(files ?? {}),
    ]),
  )
  const cases = loadCases(join(root, 'bench/audit/cases')).flatMap(({ files }) =>
    Object.entries(files),
  )
  const folder = join(root, 'examples/acme')
  const example = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry): [string, string] => {
      const file = join(entry.parentPath, entry.name)
      return [file.slice(folder.length + 1), readFileSync(file, 'utf8')]
    })
  return [...fixtures, ...cases, ...example]
    .map(([path, content]) => ({ path, content }))
    .filter(
      ({ path, content }) => content.length <= charactersMax && !path.endsWith('holdfast.yaml'),
    )
    .toSorted((a, b) => compareText(`${a.path}\n${a.content}`, `${b.path}\n${b.content}`))
}
