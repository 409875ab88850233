import type { Language } from '../../../schema/detector.ts'

/**
 * What a grammar calls the things that the reader understands. Data only: every difference between languages
 * that can be said by node kinds and fields stands in one table a language.
 *
 * A `Pick` names a descendant: a field (`arguments`), the first child of a kind (`.call_suffix`), the n-th named
 * child (`@0`, `@-1`), the only named child (`!`), the next named sibling (`>`), steps joined by `/`, alternatives by `|`. The empty pick is the node itself.
 */
export type Pick = string

export type ExpressionShape =
  | { readonly as: 'string' }
  /** An identifier or member path; `object` is what stands before the last dot. */
  | { readonly as: 'name'; readonly object?: Pick }
  | { readonly as: 'call' }
  | { readonly as: 'subscript'; readonly object: Pick; readonly index: Pick }
  /** What it does follows from the operator between both sides. */
  | { readonly as: 'binary'; readonly left: Pick; readonly right: Pick }
  | { readonly as: 'choice'; readonly options: readonly Pick[] }
  | { readonly as: 'wrap'; readonly inner: Pick }
  | { readonly as: 'list' }
  /** String literals that stand side by side and are one. */
  | { readonly as: 'adjacent' }
  | { readonly as: 'map' }
  /** A literal token without quotes: symbol, atom. */
  | { readonly as: 'symbol' }

export interface CallShape {
  /** What is called, receiver and path included; the arguments inside it are left out of the callee. */
  readonly callee: Pick
  /** Parts joined by a dot when one node does not hold the whole callee (Java, Ruby, PHP). */
  readonly calleeParts?: readonly Pick[]
  readonly receiver?: Pick
  /** Nodes whose children are arguments or members. */
  readonly arguments: readonly Pick[]
  /** A block or closure whose last expression stands for a missing value. */
  readonly block?: Pick
  /** Arguments are bare tokens (Rust macros): `"model": x` is a named one. */
  readonly tokens?: boolean
  /** What a call returns is called in turn (`make(options)(argument)`): the callee is then written `make()`. */
  readonly curried?: boolean
}

export interface ScopeShape {
  readonly is: 'function' | 'class' | 'enum' | 'namespace'
  readonly name: Pick
  /** Go: the receiver's parameter list. */
  readonly receiver?: Pick
  /** A body that is an expression: the value of the function. */
  readonly expression?: Pick
  /** The shape holds only when the picked node's text matches. */
  readonly when?: Condition
  /** The same kind is a function when the picked node's text matches (Elixir's `def`). */
  readonly functionWhen?: Condition & { readonly name: Pick; readonly expression?: Pick }
  /** How the text of such a node begins, for the native filter (Rust syntax). */
  readonly begins?: string
  /** The fields of the class are read from the environment when the picked node's text matches. */
  readonly settingsWhen?: Condition
  /** A class is an enum when the picked node's text matches. */
  readonly enumWhen?: Condition
}

export interface Condition {
  readonly pick: Pick
  readonly matches: RegExp
}

export interface DefinitionShape {
  readonly target: Pick
  readonly value: Pick
  readonly is: 'assignment' | 'field' | 'enum-member' | 'parameter' | 'return'
  /** One node holds several names, each followed by its value. */
  readonly several?: boolean
  /** What must stand between target and value (`=`), where the node kind alone does not tell. */
  readonly operator?: RegExp
  /** With this between target and value it is a parameter's default. */
  readonly parameterOperator?: RegExp
  readonly when?: Condition
  /** Members of an initializer look like assignments: the shape does not hold under these parents. */
  readonly notUnder?: readonly string[]
}

export interface LanguageTable {
  readonly language: Language
  readonly scopes: Readonly<Record<string, ScopeShape>>
  /** Exception handlers. */
  readonly handlers: readonly string[]
  /** Branches that handle a failure when the picked node's text matches (`if err != nil`, `Err(_) =>`). */
  readonly conditionalHandlers?: Readonly<Record<string, Condition>>
  readonly imports: readonly string[]
  /** Kinds that only import when their text holds this (Rust syntax): nearly every declaration may be an export. */
  readonly importsWhen?: Readonly<Record<string, string>>
  /** Callee of calls that import (`require` in Ruby). */
  readonly importCalls?: {
    readonly matches: RegExp
    readonly kind: string
    readonly begins: string
  }
  /**
   * What stands in every passage of a file that imports something. Only for languages in which passages at the top
   * of a file do not depend on each other; without it the whole file is parsed.
   */
  readonly importing?: RegExp
  readonly comments: readonly string[]
  readonly calls: Readonly<Record<string, CallShape>>
  /** Arguments and members with a name. */
  readonly pairs: Readonly<Record<string, { readonly name: Pick; readonly value: Pick }>>
  /** What must stand between name and value, where the kind alone does not tell. */
  readonly pairOperators?: Readonly<Record<string, RegExp>>
  readonly definitions: Readonly<Record<string, DefinitionShape>>
  /** Callee of calls that define their first argument as their second (`define` in PHP). */
  readonly definingCalls?: RegExp
  readonly expressions: Readonly<Record<string, ExpressionShape>>
  /** Nodes inside a string that hold an expression, and the pick to it. */
  readonly interpolations: Readonly<Record<string, Pick>>
  /** Other nodes that hold literal text (the body of a heredoc). */
  readonly textKinds?: readonly string[]
  /** Parts of `a, b = 1, 2`. */
  readonly tuples: readonly string[]
  /** Case labels and patterns, with the pick to what is compared: a literal there is not used. */
  readonly cases: Readonly<Record<string, Pick>>
  /** Arguments that carry no value of their own: `*args`, `**options`, `...rest`. */
  readonly spreads: readonly string[]
  /** Maps whose keys and values stand in one flat list (Swift). */
  readonly alternatingMaps?: readonly string[]

  /** True when `<…>` after a name are type arguments. */
  readonly generics: boolean
}
