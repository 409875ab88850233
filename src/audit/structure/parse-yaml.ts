import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml'
import type { Alias, Document, Scalar, YAMLMap } from 'yaml'
import { entry, list, map, type Position, Problems, scalar, shifted } from './node-builder.ts'
import { readPlainYaml } from './plain-yaml.ts'
import { structureLimits } from './structure-limits.ts'
import type {
  StructuredDocument,
  StructuredEntry,
  StructuredNode,
  StructureFormat,
} from './structured-node.ts'
import { type MaskedText, maskTemplates } from './template-mask.ts'

/**
 * All documents of a YAML file. Tabs in the indentation and templates are masked first; duplicate keys stay,
 * aliases and merge keys are resolved until the limit for added nodes is reached.
 */
export function parseYaml(
  content: string,
  format: StructureFormat = 'yaml',
): readonly StructuredDocument[] {
  if (isTooNested(content)) return []
  const masked = maskTemplates(withoutTabs(content))
  const budget = { nodes: structureLimits.nodesMax, aliasNodes: structureLimits.aliasNodesMax }
  // With more of them, one parser for the whole file is quicker.
  let oddLeft = 50 + content.length / 200
  const roots = readPlainYaml({
    masked,
    budget,
    readOdd: (text, line) => {
      oddLeft -= 1
      return oddLeft < 0 ? null : readOddEntry(text, line, masked, budget)
    },
  })
  if (roots !== null) return roots.map((root) => ({ format, root, problems: [] }))
  return parseWhole(masked, format)
}

/** By the parser package alone. */
export function parseWhole(
  masked: MaskedText,
  format: StructureFormat = 'yaml',
): readonly StructuredDocument[] {
  const lines = new LineCounter()
  const documents = parsed(masked.text, lines)
  const budget = { nodes: structureLimits.nodesMax, aliasNodes: structureLimits.aliasNodesMax }
  return documents.slice(0, structureLimits.documentsMax).flatMap((document) => {
    const converted = new YamlConverter(document, lines, masked, budget).convert(format)
    return converted === null ? [] : [converted]
  })
}

/** What may lead out of its entry: an anchor, an alias, a key over several lines. Some texts only look so. */
const unclear = /(?:^|[-:?,[{]) *[&*][^\s&*]|^[ -]*\?(?: |$)/m

/** Lines of a file as a document of their own; `line` is the first, counted from 0. */
function readOddEntry(
  text: string,
  line: number,
  masked: MaskedText,
  budget: Budget,
): StructuredNode | null {
  if (unclear.test(text)) return null
  const lines = new LineCounter()
  const [document, ...others] = parsed(text, lines, true)
  if (document === undefined || others.length > 0 || document.errors.length > 0) return null
  const read = new YamlConverter(document, lines, masked, budget).convert('yaml')
  return read === null || read.problems.length > 0 ? null : shifted(read.root, line)
}

function parsed(text: string, lines: LineCounter, strict = false): readonly Document.Parsed[] {
  // A file that is no YAML has thousands of errors, and nobody reads where in the parser each was made.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      strict,
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: false,
      version: '1.2',
      merge: true,
    })
    return Array.isArray(documents) ? documents : []
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** A tab in the indentation is an error in YAML and common in practice; one space keeps all columns. */
function withoutTabs(content: string): string {
  if (!content.includes('\t')) return content
  return content.replace(/^[ \t]+/gm, (indent) => indent.replaceAll('\t', ' '))
}

interface Budget {
  nodes: number
  aliasNodes: number
}

class YamlConverter {
  readonly #document: Document.Parsed
  readonly #lines: LineCounter
  readonly #masked: MaskedText
  readonly #budget: Budget
  readonly #problems = new Problems()
  readonly #anchors = new Map<string, StructuredNode>()
  /** Expanded size of each converted node: what an alias to it would add. */
  readonly #sizes = new WeakMap<StructuredNode, number>()

  constructor(document: Document.Parsed, lines: LineCounter, masked: MaskedText, budget: Budget) {
    this.#document = document
    this.#lines = lines
    this.#masked = masked
    this.#budget = budget
  }

  convert(format: StructureFormat): StructuredDocument | null {
    for (const error of this.#document.errors) {
      this.#problems.add(this.#lines.linePos(error.pos[0]).line, error.message)
    }
    if (this.#document.contents === null) return null
    return this.#problems.document(format, this.#node(this.#document.contents, 0))
  }

  #at(node: { range?: readonly number[] | null | undefined }): Position {
    const position = this.#lines.linePos(node.range?.[0] ?? 0)
    return { line: Math.max(1, position.line), column: Math.max(1, position.col) }
  }

  #node(node: unknown, depth: number): StructuredNode {
    const made = this.#unanchored(node, depth)
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined
    if (anchor !== undefined) this.#anchors.set(anchor, made)
    return made
  }

  #unanchored(node: unknown, depth: number): StructuredNode {
    if (isAlias(node)) return this.#alias(node)
    if (isScalar(node)) return this.#scalar(node)
    if (isMap(node) || isSeq(node)) {
      const at = this.#at(node)
      if (depth > structureLimits.depthMax || this.#budget.nodes <= 0) {
        this.#problems.add(at.line, 'nested deeper or larger than holdfast reads')
        return this.#sized(scalar('', at), 1)
      }
      if (isMap(node)) return this.#map(node, at, depth)
      const items = this.#list(node.items, at, depth)
      const intrinsic = /^!(If|Join|Sub|FindInMap|Select)$/.exec(node.tag ?? '')?.[1]
      if (intrinsic === undefined) return items
      return this.#sized(map([entry(`Fn::${intrinsic}`, at, items)], at), 1 + this.#sum([items]))
    }
    return this.#sized(scalar('', { line: 1, column: 1 }), 1)
  }

  #scalar(node: Scalar): StructuredNode {
    this.#budget.nodes -= 1
    const written = writtenText(node)
    const { text, hadTemplate } = this.#masked.restore(written)
    const tag =
      typeof node.tag === 'string' &&
      /^!(?:Ref|Sub|GetAtt|ImportValue|secret|env_var|vault)$/i.exec(node.tag)
    const tagged = tag ? `${node.tag} ${text}` : text
    return this.#sized(scalar(tagged, this.#at(node), hadTemplate || Boolean(tag)), 1)
  }

  #list(items: readonly unknown[], at: Position, depth: number): StructuredNode {
    const converted = items.map((item) =>
      isPair(item)
        ? map([this.#entry(item.key, item.value, depth + 1)], at)
        : this.#node(item, depth + 1),
    )
    return this.#sized(list(converted, at), 1 + this.#sum(converted))
  }

  #map(node: YAMLMap, at: Position, depth: number): StructuredNode {
    const own: StructuredEntry[] = []
    const merged: StructuredEntry[] = []
    for (const pair of node.items) {
      if (isScalar(pair.key) && (pair.key.value === '<<' || pair.key.source === '<<')) {
        merged.push(...mergedEntries(this.#node(pair.value, depth + 1)))
      } else {
        own.push(this.#entry(pair.key, pair.value, depth + 1))
      }
    }
    const names = new Set(own.map((one) => one.key))
    const entries = [...own, ...merged.filter((one) => !names.has(one.key))]
    return this.#sized(map(entries, at), 1 + this.#sum(entries.map((one) => one.value)))
  }

  #entry(key: unknown, value: unknown, depth: number): StructuredEntry {
    const at = isScalar(key) || isMap(key) || isSeq(key) ? this.#at(key) : { line: 1, column: 1 }
    const written = isScalar(key) ? writtenText(key) : isAlias(key) ? `*${key.source}` : ''
    const converted = value === null ? scalar('', at) : this.#node(value, depth)
    return entry(this.#masked.restore(written).text, at, converted)
  }

  #alias(node: Alias): StructuredNode {
    const at = this.#at(node)
    const target = this.#anchors.get(node.source)
    const size = target === undefined ? 0 : (this.#sizes.get(target) ?? 1)
    if (target === undefined || size > this.#budget.aliasNodes) {
      this.#problems.add(
        at.line,
        target === undefined
          ? `unknown alias \`${node.source}\``
          : 'aliases add more than holdfast reads',
      )
      return this.#sized(scalar('', at), 1)
    }
    this.#budget.aliasNodes -= size
    return target
  }

  #sized<T extends StructuredNode>(node: T, size: number): T {
    this.#sizes.set(node, size)
    return node
  }

  #sum(nodes: readonly StructuredNode[]): number {
    return nodes.reduce((sum, node) => sum + (this.#sizes.get(node) ?? 1), 0)
  }
}

/** A scalar as text; numbers, dates and booleans as they were written. */
function writtenText(node: Scalar): string {
  const { value } = node
  if (typeof value === 'string') return value
  if (node.source !== undefined) return node.source
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function mergedEntries(node: StructuredNode): readonly StructuredEntry[] {
  if (node.kind === 'map') return node.entries
  if (node.kind === 'list') return node.items.flatMap(mergedEntries)
  return []
}

/** Thousands of brackets left open are an attack on the parser, never a file somebody wrote. */
function isTooNested(content: string): boolean {
  let open = 0
  for (let at = 0; at < content.length; at += 1) {
    const code = content.charCodeAt(at)
    if (code === 0x5b || code === 0x7b) {
      open += 1
      if (open > structureLimits.openBracketsMax) return true
    } else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1
  }
  return false
}
