/**
 * What this room needs of Cedar. The engine is WebAssembly, so the command line loads it and hands it in;
 * policies are its JSON form, in which no text can break out of its place.
 */

/** An expression in Cedar's JSON form: one operator and what it is applied to. */
export type CedarExpression = Readonly<Record<string, unknown>>

export interface CedarPolicy {
  readonly effect: 'permit' | 'forbid'
  readonly principal: CedarExpression
  readonly action: CedarExpression
  readonly resource: CedarExpression
  readonly conditions: readonly {
    readonly kind: 'when' | 'unless'
    readonly body: CedarExpression
  }[]
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

export interface CedarUid {
  readonly type: string
  readonly id: string
}

export interface CedarEntity {
  readonly uid: CedarUid
  readonly attrs: Readonly<Record<string, unknown>>
  readonly parents: readonly CedarUid[]
}

export interface CedarRequest {
  readonly principal: CedarUid
  readonly resource: CedarUid
  readonly context: Readonly<Record<string, unknown>>
  /** Only those that the request names: every further one costs time. */
  readonly entities: readonly CedarEntity[]
}

export interface CedarAnswer {
  readonly verdict: 'allow' | 'deny'
  /** Ids of the policies that decided: all forbids that hold, or else all permits that hold. */
  readonly policies: readonly string[]
  /** Anything here makes the answer worthless: Cedar skips a policy that fails, also a forbid. */
  readonly errors: readonly { readonly policy: string | null; readonly message: string }[]
}

/** What is wrong with a policy. */
export interface CedarProblem {
  readonly message: string
  readonly help: string | null
  /** Id of the policy, where it is known. */
  readonly policy: string | null
  /** Place in the text, in bytes of UTF-8; null when it was no text. */
  readonly byte: number | null
}

/** Policies ready to be asked. */
export interface CedarPolicySet {
  /** `checked`: request and entities are held to the schema first, which costs half as much again. */
  ask(request: CedarRequest, checked?: 'checked'): CedarAnswer
}

export interface CedarEngine {
  /** Version of the engine, for `policy check`. */
  readonly version: string
  /** The policies of a text, in its order; or what is wrong with it. */
  parse(
    text: string,
  ):
    | { readonly policies: readonly { readonly text: string; readonly policy: CedarPolicy }[] }
    | { readonly problems: readonly CedarProblem[] }
  /** Strict validation; empty when all is well. */
  validate(
    schema: string,
    policies: string | Readonly<Record<string, CedarPolicy>>,
  ): { readonly errors: readonly CedarProblem[]; readonly warnings: readonly CedarProblem[] }
  /** The policy as people read it. */
  toText(policy: CedarPolicy): string
  prepare(schema: string, policies: Readonly<Record<string, CedarPolicy>>): CedarPolicySet
}
