import type { ModelSpelling } from '../../catalogue/index.ts'
import { isMap, mapMembers, pairOf, readArguments } from './argument-reader.ts'
import type { ReadCall } from './argument-reader.ts'
import type {
  CodeCall,
  CodeDefinition,
  CodeImport,
  CodeLiteral,
  CodeScope,
  CodeUnit,
} from './code-unit.ts'
import { definitionsOf } from './definition-reader.ts'
import { FrameStack } from './frames.ts'
import type { ScopeFrame } from './frames.ts'
import { readImports } from './import-reader.ts'
import { foldName, modelWord, valuableName } from './interest.ts'
import type { CodeInterest } from './interest.ts'
import type {
  Condition,
  DefinitionShape,
  LanguageTable,
  ScopeShape,
} from './languages/language-table.ts'
import { codeLimits } from './limits.ts'
import { literalsOf } from './literal-reader.ts'
import { ownedName } from './owned-name.ts'
import { dottedPath } from './path-text.ts'
import { placeOf, textOf } from './read-context.ts'
import type { ReadContext } from './read-context.ts'
import { settingsPrefix } from './settings-class.ts'
import { SpellingIndex } from './spelling-index.ts'
import { pickNode } from './syntax-node.ts'
import type { SyntaxNode } from './syntax-node.ts'
import { listCallee } from './outside-reads.ts'
import { readValue } from './value-reader.ts'

/** Reads the skeleton of one file, node by node in the order of the text, and keeps what stands around. */
export class UnitReader {
  readonly #path: string
  readonly #content: string
  readonly #table: LanguageTable
  readonly #interest: CodeInterest
  readonly #frames = new FrameStack()
  readonly #spellings: SpellingIndex
  readonly #calls: CodeCall[] = []
  readonly #definitions: CodeDefinition[] = []
  readonly #imports: CodeImport[] = []
  readonly #literals: CodeLiteral[] = []
  readonly #functions: CodeScope[] = []
  #stringEnd = 0

  constructor(
    path: string,
    content: string,
    table: LanguageTable,
    interest: CodeInterest,
    spellings: readonly ModelSpelling[],
  ) {
    this.#path = path
    this.#content = content
    this.#table = table
    this.#interest = interest
    this.#spellings = new SpellingIndex(spellings)
  }

  read(nodes: readonly SyntaxNode[]): CodeUnit {
    for (const node of nodes) this.#readNode(node)
    return {
      language: this.#table.language,
      calls: this.#calls,
      definitions: this.#definitions,
      imports: this.#imports,
      literals: this.#literals,
      functions: this.#functions,
    }
  }

  #readNode(node: SyntaxNode): void {
    this.#frames.closeBefore(node.start)
    const table = this.#table
    if (table.comments.includes(node.kind)) {
      this.#readLiterals(node, 'comment')
      return
    }
    if (table.imports.includes(node.kind)) this.#readImport(node)
    const scope = own<ScopeShape>(table.scopes, node.kind)
    if (scope !== undefined && this.#readScope(node, scope)) return
    const handling = own<Condition>(table.conditionalHandlers ?? {}, node.kind)
    if (
      table.handlers.includes(node.kind) ||
      (handling !== undefined && this.#holds(handling, node))
    ) {
      this.#frames.push({ is: 'handler', end: node.end })
    }
    const definition = own<DefinitionShape>(table.definitions, node.kind)
    const defines = definition !== undefined && this.#readDefinition(node, definition)
    if (own(table.calls, node.kind) !== undefined) this.#readCall(node)
    this.#openStructure(node, defines)
    const shape = own<{ as: string }>(table.expressions, node.kind)
    if (
      shape?.as === 'string' ||
      shape?.as === 'adjacent' ||
      table.textKinds?.includes(node.kind)
    ) {
      this.#readLiterals(node, 'string')
    }
  }

  #context(): ReadContext {
    const scope = this.#frames.scope()
    return {
      content: this.#content,
      path: this.#path,
      table: this.#table,
      owner: scope?.owner ?? null,
      receiver: scope?.receiver ?? null,
    }
  }

  #holds(condition: Condition | undefined, node: SyntaxNode): boolean {
    if (condition === undefined) return true
    const picked = pickNode(node, condition.pick)
    return (
      picked !== null &&
      condition.matches.test(
        this.#content.slice(picked.start, Math.min(picked.end, picked.start + 400)),
      )
    )
  }

  /** True when the node is a scope and nothing else. */
  #readScope(node: SyntaxNode, shape: ScopeShape): boolean {
    const { functionWhen } = shape
    if (functionWhen !== undefined && this.#holds(functionWhen, node)) {
      const { name, expression } = functionWhen
      this.#openScope(node, {
        is: 'function',
        name,
        ...(expression === undefined ? {} : { expression }),
      })
      return true
    }
    if (!this.#holds(shape.when, node)) return false
    this.#openScope(node, shape)
    return shape.when !== undefined
  }

  #openScope(node: SyntaxNode, shape: ScopeShape): void {
    const context = this.#context()
    const around = this.#frames.scope()
    const named = pickNode(node, shape.name)
    const bound = this.#frames.definition()
    const own =
      named !== null
        ? dottedPath(textOf(named, context))
        : bound?.valueStart === node.start
          ? bound.name
          : ''
    const kind =
      shape.is === 'class' && shape.enumWhen !== undefined && this.#holds(shape.enumWhen, node)
        ? 'enum'
        : shape.is
    const receiver = shape.receiver === undefined ? null : pickNode(node, shape.receiver)
    const received =
      receiver === null
        ? null
        : /(\w+)?\s*\*?\s*(\w+)\s*(?:\[[^\]]*\])?\s*\)$/.exec(textOf(receiver, context))
    const parent = received?.[2] ?? around?.symbol ?? ''
    const symbol = [parent, own].filter((part) => part !== '').join('.')
    const frame: ScopeFrame = {
      is: 'scope',
      end: node.end,
      kind,
      symbol,
      owner: received?.[2] ?? (kind === 'function' ? (around?.owner ?? null) : symbol),
      receiver: received?.[1] ?? (kind === 'function' ? (around?.receiver ?? null) : null),
      settingsPrefix:
        shape.settingsWhen !== undefined && this.#holds(shape.settingsWhen, node)
          ? settingsPrefix(this.#content.slice(node.start, node.end))
          : null,
      scope:
        kind !== 'function'
          ? null
          : own === '' && around?.scope !== undefined && around.scope !== null
            ? around.scope
            : {
                symbol,
                names: [own, ...symbol.split('.').slice(0, -1).toReversed()],
                start: node.start,
                end: node.end,
              },
    }
    this.#frames.push(frame)
    if (frame.scope !== null && own !== '') this.#functions.push(frame.scope)
    if (shape.expression !== undefined) this.#readExpressionBody(node, shape.expression, frame)
  }

  /** `const f = () => "x"`, `fun f() = "x"`: the value of the function. */
  #readExpressionBody(node: SyntaxNode, pick: string, frame: ScopeFrame): void {
    const body = pickNode(node, pick)
    if (body === null || frame.symbol === '') return
    const text = this.#content.slice(body.start, Math.min(body.end, body.start + 400))
    if (!modelWord.test(text) && this.#spellings.count(body.start, body.end) === 0) return
    const context = this.#context()
    const value = readValue(body, context)
    if (value.kind === 'unknown') return
    this.#definitions.push({
      name: frame.symbol,
      form: 'return',
      value,
      place: placeOf(body, context),
      symbol: frame.symbol,
    })
  }

  #readImport(node: SyntaxNode): void {
    const context = this.#context()
    this.#imports.push(
      ...readImports(textOf(node, context), this.#table.language, placeOf(node, context)),
    )
  }

  /** True when the node defines something. */
  #readDefinition(node: SyntaxNode, shape: DefinitionShape): boolean {
    if (!this.#holds(shape.when, node)) return false
    if (shape.notUnder?.includes(String(node.native.parent()?.kind() ?? ''))) return false
    const found = definitionsOf(node, shape, this.#context(), this.#frames)
    if (found === null) return false
    if (found.frame !== null) this.#frames.push(found.frame)
    this.#definitions.push(...found.definitions)
    return true
  }

  #readCall(node: SyntaxNode): void {
    const context = this.#context()
    const call = readArguments(node, context)
    if (call === null || call.callee === '' || call.subscript) return
    this.#definedByCall(call, context)
    if (this.#table.importCalls?.matches.test(call.callee) === true) this.#readImport(node)
    const assignedTo = this.#assignedTo(node)
    this.#frames.push({
      is: 'call',
      start: node.start,
      end: node.end,
      callee: dottedPath(call.callee),
      arguments: call.arguments,
    })
    if (isMap(node, context)) {
      this.#frames.push({ is: 'map', start: node.start, end: node.end })
      if (this.#spellings.count(node.start, node.end) > 0) this.#openMembers(node, context)
    } else if (listCallee.test(dottedPath(call.callee))) {
      this.#frames.push({ is: 'list', start: node.start, end: node.end })
    }
    this.#calls.push({
      callee: call.callee,
      arguments: this.#argumentsOf(call, context),
      receiver: receiverOf(call, context),
      assignedTo,
      place: placeOf(node, context),
      symbol: this.#frames.scope()?.symbol ?? '',
      inHandler: this.#frames.inHandler(),
      text: this.#content.slice(
        node.start,
        Math.min(node.end, node.start + codeLimits.callTextCharactersMax),
      ),
      offset: node.start,
      scope: this.#frames.function()?.scope ?? null,
    })
  }

  /** `define('MODEL', 'x')`. */
  #definedByCall(call: ReadCall, context: ReadContext): void {
    if (this.#table.definingCalls?.test(call.callee) !== true) return
    const [first, second] = call.arguments
    if (first === undefined || second === undefined) return
    const name = readValue(first.node, context)
    if (name.kind !== 'literal') return
    const value = readValue(second.node, context)
    this.#definitions.push({
      name: name.text,
      form: 'constant',
      value,
      place: placeOf(call.node, context),
      symbol: '',
    })
  }

  #assignedTo(node: SyntaxNode): string | null {
    const frames = this.#frames.innermostFirst()
    for (const [index, frame] of frames.entries()) {
      if (frame.is === 'definition') return node.start >= frame.valueStart ? frame.qualified : null
      // The name of an argument is the callee's own.
      if (frame.is === 'pair') {
        const holder = frames[index + 1]?.is === 'map' ? frames[index + 2] : frames[index + 1]
        return holder?.is === 'call' ? null : frame.name
      }
      if (frame.is === 'scope' || frame.is === 'handler' || frame.is === 'call') return null
    }
    return null
  }

  #argumentsOf(call: ReadCall, context: ReadContext): CodeCall['arguments'] {
    return call.arguments
      .filter(
        ({ name }) =>
          /^[0-5*]/.test(name) ||
          modelWord.test(name) ||
          valuableName.test(name) ||
          /default|provider|region|key|fallback|dest/i.test(name) ||
          this.#interest.argumentNames.has(foldName(name)),
      )
      .map(({ name, node }) => ({ name, value: readValue(node, context) }))
  }

  /** Frames from which the role of a literal inside follows. */
  #openStructure(node: SyntaxNode, defines: boolean): void {
    const table = this.#table
    const context = this.#context()
    const { start, end } = node
    const pair = defines || own(table.pairs, node.kind) === undefined ? null : pairOf(node, context)
    if (pair !== null)
      this.#frames.push({ is: 'pair', end, name: pair.name, key: pair.key, value: pair.value })
    const compared = own<string>(table.cases, node.kind)
    if (compared !== undefined) {
      const pattern = pickNode(node, compared)
      if (pattern !== null)
        this.#frames.push({ is: 'case', start: pattern.start, end: pattern.end })
    }
    const shape = own<{ as: string; left?: string; right?: string }>(table.expressions, node.kind)
    if (shape?.as === 'list') this.#frames.push({ is: 'list', start, end })
    if (shape?.as === 'map') {
      const is = mapMembers(node, context).length > 0 ? 'map' : 'list'
      this.#frames.push({ is, start, end })
      if (table.alternatingMaps?.includes(node.kind)) this.#openMembers(node, context)
    }
    if (shape?.as === 'binary' && this.#compares(node, shape.left ?? '', shape.right ?? '')) {
      this.#frames.push({ is: 'comparison', start, end })
    }
  }

  /** Swift has no node around a key and its value: the frames close by themselves one after the other. */
  #openMembers(node: SyntaxNode, context: ReadContext): void {
    for (const member of mapMembers(node, context).toReversed()) {
      this.#frames.push({ is: 'pair', end: member.value.end, ...member })
    }
  }

  #compares(node: SyntaxNode, left: string, right: string): boolean {
    const first = pickNode(node, left)
    const second = pickNode(node, right)
    if (first === null || second === null) return false
    const operator = this.#content.slice(first.end, second.start)
    return /[=!]=|=~|<=>|\b(?:is|in|eq|ne|not)\b/.test(operator) && !/[|?]{2}/.test(operator)
  }

  #readLiterals(node: SyntaxNode, as: 'string' | 'comment'): void {
    // Strings inside strings (adjacent literals, interpolations) are part of the outer one.
    if (as === 'string' && node.start < this.#stringEnd) return
    if (as === 'string') this.#stringEnd = node.end
    const spellings = this.#spellings.between(node.start, node.end)
    if (spellings.length === 0) return
    this.#literals.push(
      ...literalsOf(node, as, spellings, {
        context: this.#context(),
        frames: this.#frames,
        symbol: this.#frames.scope()?.symbol ?? '',
        interest: this.#interest,
        countSpellings: (start, end) => this.#spellings.count(start, end),
      }),
    )
  }
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

const interfaceWord =
  /^(?:beta|messages?|chat|completions?|responses|models?|embeddings?|images?|audio|batches|files|converse|conversations|agents?|threads|runs|aio|with_options|withOptions|with_raw_response|parameters)$/i

/** The variable or field that a call is made on: the path up to the first word of a vendor's interface. */
function receiverOf(call: ReadCall, context: ReadContext): string | null {
  const parts = ownedName(call.callee, context).split('.')
  if (parts.length < 2) return null
  const own = context.owner === null ? 0 : ownedName(`this.x`, context).split('.').length
  const startsOwned = context.owner !== null && parts.join('.').startsWith(`${context.owner}.`)
  const from = startsOwned ? own : 1
  const cut = parts.findIndex((part, at) => at >= from && interfaceWord.test(part))
  return parts.slice(0, cut < 0 ? Math.max(from, parts.length - 1) : cut).join('.')
}
