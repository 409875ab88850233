import { shifted } from './node-builder.ts'
import { parseBicep } from './parse-bicep.ts'
import { parseDockerfile } from './parse-dockerfile.ts'
import { parseDotenv, parseIni, parseProperties } from './parse-flat.ts'
import { parseHcl } from './parse-hcl.ts'
import { parseJson } from './parse-json.ts'
import { parseToml } from './parse-toml.ts'
import { parseXml } from './parse-xml.ts'
import { parseYaml } from './parse-yaml.ts'
import { structureLimits } from './structure-limits.ts'
import type { StructuredDocument, StructureFormat } from './structured-node.ts'

/**
 * All documents of a structured file, with places. Never throws: what cannot be read is a problem of its
 * document, and null when nothing could be read at all. Notebooks give no documents: see `notebookCells`.
 */
export function parseStructure(
  format: StructureFormat,
  content: string,
): readonly StructuredDocument[] | null {
  if (content.length > structureLimits.charactersMax || content.includes('\0')) return null
  try {
    const documents = parsers[format](content.replace(/^\uFEFF/, ''))
    return documents.length === 0 ? null : documents
  } catch (error) {
    // Nesting deeper than the stack of a parser package: the file is read as text.
    if (error instanceof RangeError || error instanceof SyntaxError) return null
    throw error
  }
}

const parsers: Readonly<
  Record<StructureFormat, (content: string) => readonly StructuredDocument[]>
> = {
  yaml: (content) => parseYaml(content),
  json: (content) => parseJson(content),
  toml: parseToml,
  hcl: parseHcl,
  bicep: parseBicep,
  dotenv: parseDotenv,
  ini: parseIni,
  properties: parseProperties,
  xml: parseXml,
  dockerfile: parseDockerfile,
  notebook: () => [],
  'front-matter': (content) => {
    const found = frontMatter(content)
    if (found === null) return []
    const parsed =
      found.marker === '+++' ? parseToml(found.text) : parseYaml(found.text, 'front-matter')
    return parsed.map((document) => ({
      ...document,
      format: 'front-matter' as const,
      root: shifted(document.root, 1),
      problems: document.problems.map((one) => ({ ...one, line: one.line + 1 })),
    }))
  },
}

export interface FrontMatter {
  readonly text: string
  readonly marker: '---' | '+++'
  /** Line on which the body begins. */
  readonly bodyStartLine: number
  readonly body: string
}

/** The block between the first two marker lines of a Markdown file; null when there is none. */
export function frontMatter(content: string): FrontMatter | null {
  const plain = content.replace(/^\uFEFF/, '')
  const opening = /^(---|\+\+\+)[ \t]*\r?\n/.exec(plain)
  if (opening === null) return null
  const marker = opening[1] === '+++' ? '+++' : '---'
  const closing = marker === '+++' ? /^\+\+\+[ \t]*\r?$/gm : /^(?:---|\.\.\.)[ \t]*\r?$/gm
  closing.lastIndex = opening[0].length
  const end = closing.exec(plain)
  if (end === null) return null
  const bodyFrom = Math.min(plain.length, end.index + end[0].length + 1)
  return {
    text: plain.slice(opening[0].length, end.index),
    marker,
    bodyStartLine: plain.slice(0, bodyFrom).split('\n').length,
    body: plain.slice(bodyFrom),
  }
}
