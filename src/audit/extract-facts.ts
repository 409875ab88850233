import type { Resolver } from '../catalogue/index.ts'
import { extractCode } from './code/extract-code.ts'
import { languageNamed, languageOf } from './code/language-of.ts'
import { type TestPassage, testPassages } from './code/test-passages.ts'
import { type CompiledDetector, type DetectorSet, lookAt, type Sighting } from './detector-set.ts'
import type { Fact } from './fact.ts'
import { auditLimits } from './limits.ts'
import { mostTelling } from './most-telling.ts'
import { redactFacts } from './redact-facts.ts'
import type { SourceFile } from './source-file.ts'
import { extractStructure } from './structure/extract-structure.ts'
import { notebookCells } from './structure/notebook-cells.ts'
import { extractPatterns, extractText } from './text/extract-text.ts'

/**
 * Everything that one file says. Code is read by syntax tree, structured files by parser; patterns run over both.
 * What neither can read is read as text: no file is dropped.
 */
export async function extractFacts(
  file: SourceFile,
  set: DetectorSet,
  resolver: Resolver,
): Promise<readonly Fact[]> {
  const found = await extractByKind(file, lookAt(set, file.path, file.content), resolver)
  const facts = markTests(found, testPassages(file.path, file.content))
  return redactFacts(mostTelling(facts, auditLimits.factsPerFileMax), file.content)
}

function markTests(facts: readonly Fact[], passages: readonly TestPassage[]): readonly Fact[] {
  if (passages.length === 0) return facts
  return facts.map((fact) => {
    const { line } = fact.place
    const isInside = passages.some(({ from, to }) => from <= line && line <= to)
    return isInside ? { ...fact, inTest: true } : fact
  })
}

async function extractByKind(
  file: SourceFile,
  { detectors, stands }: Sighting,
  resolver: Resolver,
): Promise<readonly Fact[]> {
  const language = languageOf(file.path)
  if (language !== null) {
    const code = await extractCode(file, language, detectors, resolver, stands)
    return [...code, ...extractPatterns(file, detectors, stands)]
  }
  if (file.path.endsWith('.ipynb')) return extractNotebook(file, detectors, resolver)
  const structured = extractStructure(file, detectors, resolver)
  if (structured === null) return extractText(file, detectors, resolver, stands)
  if (hasProse(file.path)) return [...structured, ...extractText(file, detectors, resolver, stands)]
  return [...structured, ...extractPatterns(file, detectors, stands)]
}

/** Front matter is structure, the rest of the file is prose. */
function hasProse(path: string): boolean {
  return /\.(?:md|mdc|mdx|markdown)$/i.test(path)
}

/** Each cell is code of its own language; places are moved to the lines of the notebook file. */
async function extractNotebook(
  file: SourceFile,
  detectors: readonly CompiledDetector[],
  resolver: Resolver,
): Promise<readonly Fact[]> {
  const cells = notebookCells(file.content)
  if (cells === null) return extractText(file, detectors, resolver)
  const facts: Fact[] = []
  for (const cell of cells) {
    const language = languageNamed(cell.language)
    const cellFile = { ...file, content: cell.source }
    const found =
      language === null
        ? extractText(
            cell.language === 'markdown' ? asDocument(cellFile) : cellFile,
            detectors,
            resolver,
          )
        : [
            ...(await extractCode(cellFile, language, detectors, resolver)),
            ...extractPatterns(cellFile, detectors),
          ]
    const moveTo = { path: file.path, lineOf: (line: number): number => cell.lineInFile(line) }
    facts.push(...found.map((fact) => moveFact(fact, moveTo, `cell ${cell.index}`)))
  }
  return facts
}

/** Text between the cells explains them, as a document would. */
function asDocument(file: SourceFile): SourceFile {
  return { ...file, path: `${file.path}.md` }
}

interface NotebookPlaces {
  readonly path: string
  readonly lineOf: (line: number) => number
}

/** The same fact with every place moved; the symbol tells the cell. */
function moveFact(fact: Fact, to: NotebookPlaces, cell: string): Fact {
  const moved = movePlaces(fact, to) as Fact
  return { ...moved, symbol: fact.symbol === '' ? cell : fact.symbol }
}

function movePlaces(value: unknown, to: NotebookPlaces): unknown {
  if (Array.isArray(value)) return value.map((item) => movePlaces(item, to))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name === 'line' && typeof member === 'number') return [name, to.lineOf(member)]
      return [name, name === 'path' ? to.path : movePlaces(member, to)]
    }),
  )
}
