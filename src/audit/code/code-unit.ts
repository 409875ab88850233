import type { Language } from '../../schema/detector.ts'
import type { Place } from '../../schema/register.ts'
import type { DefinitionForm, Value } from '../fact.ts'

/**
 * How names are scoped, for whoever resolves a `name` value of a fact with symbol `S`:
 * `S(name)` is a parameter of the function S; `S.name` a local of S; then the same for every symbol around S
 * (`Class.method` → `Class` → ``), where `Class.name` is an attribute; then `name` itself at file level; then the
 * imports. `self.x`, `this.x`, `@x` and a Go receiver's fields are written `Class.x` already. Names that other
 * code qualifies differently (`Config::MODEL` for `App::Config::MODEL`) match on whole parts from the right.
 * A function that returns a model is a definition of the function's own name with form `return`.
 */

/** A source file reduced to what matters here, the same for every language. */
export interface CodeUnit {
  readonly language: Language
  readonly calls: readonly CodeCall[]
  readonly definitions: readonly CodeDefinition[]
  readonly imports: readonly CodeImport[]
  /** String literals (and comments) that hold something of the shape of a model name. */
  readonly literals: readonly CodeLiteral[]
  /** Named functions, in the order of the text. */
  readonly functions: readonly CodeScope[]
}

/** A function around something, for hints and features. */
export interface CodeScope {
  readonly symbol: string
  /** Own name and the names around it, innermost first. */
  readonly names: readonly string[]
  /** Offsets in the file. */
  readonly start: number
  readonly end: number
}

/** A call, constructor, builder step, struct or object literal with a type name. */
export interface CodeCall {
  /** As written, without type arguments and arguments: `client.messages.create`, `new Anthropic` is `Anthropic`. */
  readonly callee: string
  /** Named arguments by name, positional ones as `0`, `1`, members of object arguments flattened (`parameters.model`). */
  readonly arguments: readonly CodeArgument[]
  /** `client` of `client.messages.create`, `self.client` of `self.client.chat.completions.create`. */
  readonly receiver: string | null
  /** Variable or field that the result is assigned to. */
  readonly assignedTo: string | null
  readonly place: Place
  readonly symbol: string
  /** Inside an exception handler (`except`, `catch`, `rescue`): a second call there is a fallback. */
  readonly inHandler: boolean
  /** Text of the whole call, at most 4,000 characters: features are read from it. */
  readonly text: string
  /** Offset of the call in the file. */
  readonly offset: number
  /** The innermost function around it; null at top level. */
  readonly scope: CodeScope | null
}

export interface CodeArgument {
  readonly name: string
  readonly value: Value
}

export interface CodeDefinition {
  /** Qualified inside the file: `Settings.review_model`, `ALIASES.fast`, `MODEL`, `review(model)` for a parameter. */
  readonly name: string
  readonly form: DefinitionForm
  readonly value: Value
  readonly place: Place
  readonly symbol: string
  /** The value is an object or dictionary that has the fields of a request (`messages`, `max_tokens` …). */
  readonly request?: boolean
}

export interface CodeImport {
  readonly local: string
  readonly module: string
  readonly imported: string
  readonly place: Place
}

export interface CodeLiteral {
  readonly text: string
  readonly place: Place
  readonly symbol: string
  readonly position: LiteralPosition
  /** What the objects and lists around it are, where a role follows from it. */
  readonly surroundings: LiteralSurroundings
}

export interface LiteralSurroundings {
  /** Names of the definitions and keys around it, innermost first. */
  readonly names: readonly string[]
  /** A list of objects or a list of literals stands around it. */
  readonly inList: boolean
  /** Text of the nearest object around it, at most 2,000 characters; '' when there is none. */
  readonly object: string
  /** Text of the value that belongs to it when it is a key. */
  readonly keyed: string
  /** How many model names stand in the outermost list or object around it. */
  readonly peers: number
}

/** What a literal stands in: the role follows from it. */
export type LiteralPosition =
  | { readonly kind: 'argument'; readonly callee: string; readonly name: string }
  | { readonly kind: 'assignment'; readonly name: string }
  | { readonly kind: 'map-value'; readonly table: string; readonly key: string }
  | { readonly kind: 'map-key'; readonly table: string }
  | { readonly kind: 'list-item'; readonly name: string }
  | { readonly kind: 'comparison' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'docstring' }
  | { readonly kind: 'other' }
