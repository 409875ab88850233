import type { Language } from '../../schema/detector.ts'
import type { Place } from '../../schema/register.ts'
import type { DefinitionForm, Value } from '../fact.ts'

/** A source file reduced to what matters here, the same for every language. */
export interface CodeUnit {
  readonly language: Language
  readonly calls: readonly CodeCall[]
  readonly definitions: readonly CodeDefinition[]
  readonly imports: readonly CodeImport[]
  /** String literals (and comments) that hold something of the shape of a model name. */
  readonly literals: readonly CodeLiteral[]
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
