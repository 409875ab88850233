import type { Resolver } from '../../catalogue/index.ts'
import type { CompiledDetector } from '../detector-set.ts'
import type { Fact } from '../fact.ts'
import { auditLimits } from '../limits.ts'
import { mostTelling } from '../most-telling.ts'
import type { SourceFile } from '../source-file.ts'
import { extractCommands } from '../text/extract-text.ts'
import { definitionFacts } from './definition-facts.ts'
import { embeddedDocuments } from './embedded-documents.ts'
import {
  type EnvironmentEntry,
  environmentEntriesAt,
  environmentFact,
} from './environment-entries.ts'
import { isNoiseFile, isRecords, originOf, scopeOfFile } from './file-traits.ts'
import { formatOf } from './format-of.ts'
import { jobFallbacks } from './job-fallbacks.ts'
import { isCommandKey } from './key-names.ts'
import { leftoverFacts } from './leftover-facts.ts'
import { modelFactsAt } from './model-facts.ts'
import { symbolOf } from './near-words.ts'
import { dialectOf } from './node-value.ts'
import { frontMatter, parseStructure } from './parse-structure.ts'
import { ruleFacts } from './rule-facts.ts'
import { childrenOf, type Located, located } from './select.ts'
import { structureLimits } from './structure-limits.ts'
import type { StructuredDocument, StructuredNode } from './structured-node.ts'
import { placeIn, type StructureReading } from './structure-reading.ts'

/**
 * Everything that a structured file says: the structure rules, and what the shape of the file tells without a rule
 * (environment variables, settings, defaults, model names and their roles). Null when the file is not structured or
 * nothing of it could be read; of a Markdown file only the front matter is read, of a notebook nothing. Never throws.
 */
export function extractStructure(
  file: SourceFile,
  detectors: readonly CompiledDetector[],
  resolver: Resolver,
): readonly Fact[] | null {
  const content = file.content.replace(/^\uFEFF/, '')
  const format = formatOf(file.path, content)
  if (format === null || format === 'notebook') return null
  const documents = parseStructure(format, content)
  if (documents === null) return null
  const origin = originOf(file.path, format, documents)
  const reading: StructureReading = {
    path: file.path,
    origin,
    dialect: dialectOf(format, origin),
    isEscaped: format === 'json',
    scope: scopeOfFile(file.path, origin),
    isNoise: isNoiseFile(file.path) || isRecords(documents),
    resolver,
  }
  const facts = documents.flatMap((document) =>
    documentFacts(document, content, detectors, reading),
  )
  const front = format === 'front-matter' ? frontMatter(content) : null
  const lastLine = front === null ? Number.POSITIVE_INFINITY : front.bodyStartLine - 1
  return mostTelling(
    [...facts, ...leftoverFacts(content, facts, 1, lastLine, reading)],
    auditLimits.factsPerFileMax,
  )
}

function documentFacts(
  document: StructuredDocument,
  content: string,
  detectors: readonly CompiledDetector[],
  reading: StructureReading,
): readonly Fact[] {
  const nodes = allNodes(document.root)
  const embedded = embeddedDocuments(nodes, content)
  const sources = new Set(embedded.map((one) => one.source))
  const own = nodeFacts(document.root, nodes, sources, detectors, reading)
  const inner = embedded.flatMap(({ document: one }) =>
    nodeFacts(one.root, allNodes(one.root), new Set(), detectors, {
      ...reading,
      origin: 'configuration',
      dialect: dialectOf(one.format, 'configuration'),
    }),
  )
  return [...own, ...inner]
}

function nodeFacts(
  root: StructuredNode,
  nodes: readonly Located[],
  sources: ReadonlySet<StructuredNode>,
  detectors: readonly CompiledDetector[],
  reading: StructureReading,
): readonly Fact[] {
  const environment = nodes.flatMap((at) => environmentEntriesAt(at, reading))
  const byRule = ruleFacts(root, environment, detectors, reading)
  // Texts for people and lockfiles: the sweep over the whole file finds what they mention.
  if (reading.isNoise) return byRule.facts
  const explained = new Set([...byRule.explained, ...sources])
  const facts: readonly Fact[] = [
    ...byRule.facts,
    ...environment.flatMap((entry: EnvironmentEntry) => environmentFact(entry, reading) ?? []),
    ...definitionFacts(located(root), nodes, reading),
    ...nodes.flatMap((at) => modelFactsAt(at, explained, reading)),
    ...nodes.flatMap((at) => commandFacts(at, detectors, reading)),
  ]
  return reading.origin === 'actions' ? [...facts, ...jobFallbacks(root, facts)] : facts
}

/** Commands in the texts that a shell will run. */
function commandFacts(
  at: Located,
  detectors: readonly CompiledDetector[],
  reading: StructureReading,
): readonly Fact[] {
  const { node } = at
  const key = at.entry?.key ?? at.parent?.key ?? ''
  const isCommand = isCommandKey(key) || isCommandKey(at.parent?.key ?? '')
  if (node.kind !== 'scalar' || !isCommand || !/[\s=]/.test(node.text)) return []
  const isBlock =
    node.text.includes('\n') && reading.origin !== 'dockerfile' && reading.origin !== 'terraform'
  const start = placeIn(reading, isBlock ? { line: node.line + 1, column: 1 } : node)
  return extractCommands(node.text, start, detectors, reading.resolver, symbolOf(at))
}

/** All nodes in file order, the root first; bounded, so that aliases of aliases end. */
function allNodes(root: StructuredNode): readonly Located[] {
  const found: Located[] = []
  const open: Located[] = [located(root)]
  for (
    let at = open.pop();
    at !== undefined && found.length < structureLimits.nodesMax;
    at = open.pop()
  ) {
    found.push(at)
    if (at.depth < structureLimits.depthMax * 2) open.push(...childrenOf(at).toReversed())
  }
  return found
}
