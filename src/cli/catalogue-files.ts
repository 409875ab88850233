import { readdirSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LineCounter, isNode, parseDocument } from 'yaml'
import type { z } from 'zod'
import { compareText } from '../base/compare.ts'
import { Fault } from '../base/fault.ts'
import { buildCatalogue } from '../catalogue/index.ts'
import type { ParsedCatalogue } from '../catalogue/index.ts'
import { CatalogueOverlay } from '../schema/catalogue.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import { dataPath } from './installation.ts'
import { whyNot } from './why-not.ts'

export interface CatalogueLocation {
  /** The folder of holdfast.yaml; overlays lie in `.holdfast/catalogue` under it. Absent: no overlays. */
  readonly folder?: string | undefined
  /** Where the shipped catalogue lies; for tests. */
  readonly shipped?: string | undefined
}

/** Reads the shipped catalogue and the overlays of this organisation. */
export async function loadCatalogue(location: CatalogueLocation): Promise<Catalogue> {
  const overlays = location.folder === undefined ? [] : await readOverlays(location.folder)
  return buildCatalogue(readShipped(location.shipped ?? dataPath('catalogue')), overlays)
}

/** Where `holdfast catalogue update` puts overlays. */
export function overlayFolder(folder: string): string {
  return join(folder, '.holdfast', 'catalogue')
}

/**
 * The shipped files are read at once and without a schema: they are part of the program, a test validates them,
 * and some 200 small reads one after another are quicker than as many promises.
 */
function readShipped(folder: string): ParsedCatalogue {
  try {
    const { sources } = readJson(join(folder, 'sources.json')) as Pick<ParsedCatalogue, 'sources'>
    return {
      families: readJson(join(folder, 'families.json')) as ParsedCatalogue['families'],
      sources,
      vendors: readRows(join(folder, 'vendors')) as ParsedCatalogue['vendors'],
      providers: readRows(join(folder, 'providers')) as ParsedCatalogue['providers'],
      regions: readJson(join(folder, 'regions.json')) as ParsedCatalogue['regions'],
    }
  } catch (error) {
    throw new Fault(
      'HF_FILE_READ',
      `cannot read the catalogue in \`${folder}\`: ${whyNot(error)}`,
      {
        expected: 'the data folder that ships with holdfast',
        advice: 'install holdfast again',
        cause: error,
      },
    )
  }
}

function readRows(folder: string): readonly unknown[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted(compareText)
    .map((name) => readJson(join(folder, name)))
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

async function readOverlays(folder: string): Promise<readonly CatalogueOverlay[]> {
  const overlays = overlayFolder(folder)
  const names = await readdir(overlays).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new Fault('HF_FILE_READ', `cannot list \`${overlays}\`: ${whyNot(error)}`, {
      cause: error,
    })
  })
  const paths = names.filter((name) => name.endsWith('.json')).toSorted(compareText)
  return Promise.all(paths.map((name) => readOverlay(join(overlays, name))))
}

/** Reads and validates one overlay, JSON or YAML; a fault names the line. */
export async function readOverlay(path: string): Promise<CatalogueOverlay> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const code = error.code === 'ENOENT' ? 'HF_CONFIG_MISSING' : 'HF_FILE_READ'
    throw new Fault(code, `cannot read \`${path}\`: ${error.message}`, {
      advice: 'name a catalogue overlay, a JSON or YAML file',
      place: { path },
      cause: error,
    })
  })
  return parseOverlay(path, text)
}

/** `path` is only named in faults. */
export function parseOverlay(path: string, text: string): CatalogueOverlay {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = document.errors[0]
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0])
    throw new Fault(
      'HF_CATALOGUE_INVALID',
      `\`${path}\` is neither JSON nor YAML: ${broken.message}`,
      {
        place: { path, line, column: col },
        cause: broken,
      },
    )
  }
  const result = CatalogueOverlay.safeParse(document.toJS({ maxAliasCount: 100 }))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw overlayFault(path, issue, (keys) => {
    const node = document.getIn(keys, true)
    const offset = isNode(node) ? node.range?.[0] : undefined
    return offset === undefined ? undefined : lines.linePos(offset)
  })
}

function overlayFault(
  path: string,
  issue: z.core.$ZodIssue | undefined,
  positionOf: (keys: readonly PropertyKey[]) => { line: number; col: number } | undefined,
): Fault {
  const keys = issue?.path ?? []
  let position = positionOf(keys)
  for (let length = keys.length - 1; position === undefined && length >= 0; length -= 1) {
    position = positionOf(keys.slice(0, length))
  }
  const where = keys.length === 0 ? 'the overlay' : `\`${keys.map(String).join('.')}\``
  return new Fault(
    'HF_CATALOGUE_INVALID',
    `${where} does not fit: ${issue?.message ?? 'unknown'}`,
    {
      expected:
        'an overlay with `version: 1`, `sources`, `vendors` and `providers` as in data/catalogue',
      advice: 'docs/reference/catalogue-sources.md shows a small overlay',
      place:
        position === undefined ? { path } : { path, line: position.line, column: position.col },
    },
  )
}
