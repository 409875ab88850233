import type { Place } from '../../schema/register.ts'
import type { ReadArgument } from './argument-reader.ts'
import type { CodeScope } from './code-unit.ts'
import type { SyntaxNode } from './syntax-node.ts'

/** What stands around the place that is being read, outermost first. */
export type Frame =
  | ScopeFrame
  | { readonly is: 'handler'; readonly end: number }
  | DefinitionFrame
  | CallFrame
  | PairFrame
  | { readonly is: 'list' | 'map'; readonly start: number; readonly end: number }
  | { readonly is: 'comparison' | 'case'; readonly start: number; readonly end: number }

export interface ScopeFrame {
  readonly is: 'scope'
  readonly end: number
  readonly kind: 'function' | 'class' | 'enum' | 'namespace'
  readonly symbol: string
  /** Symbol of the class that `self` means here. */
  readonly owner: string | null
  readonly receiver: string | null
  /** A settings class: the prefix of its variables; null for every other scope. */
  readonly settingsPrefix: string | null
  readonly scope: CodeScope | null
}

export interface DefinitionFrame {
  readonly is: 'definition'
  readonly end: number
  /** Last part, for naming functions and lists. */
  readonly name: string
  readonly qualified: string
  readonly valueStart: number
  readonly place: Place
}

interface CallFrame {
  readonly is: 'call'
  readonly start: number
  readonly end: number
  readonly callee: string
  readonly arguments: readonly ReadArgument[]
}

interface PairFrame {
  readonly is: 'pair'
  readonly end: number
  readonly name: string
  readonly key: SyntaxNode
  readonly value: SyntaxNode
}

/** A stack of frames that closes by itself as reading goes forward. */
export class FrameStack {
  readonly #frames: Frame[] = []

  closeBefore(start: number): void {
    for (
      let top = this.#frames.at(-1);
      top !== undefined && top.end <= start;
      top = this.#frames.at(-1)
    ) {
      this.#frames.pop()
    }
  }

  push(frame: Frame): void {
    this.#frames.push(frame)
  }

  /** From the innermost outwards. */
  innermostFirst(): readonly Frame[] {
    return this.#frames.toReversed()
  }

  scope(): ScopeFrame | null {
    return this.#frames.findLast((frame) => frame.is === 'scope') ?? null
  }

  function(): ScopeFrame | null {
    return (
      this.#frames.findLast(
        (frame): frame is ScopeFrame => frame.is === 'scope' && frame.kind === 'function',
      ) ?? null
    )
  }

  inHandler(): boolean {
    for (const frame of this.#frames.toReversed()) {
      if (frame.is === 'handler') return true
      if (frame.is === 'scope' && frame.scope !== null && frame.scope.names[0] !== '') return false
    }
    return false
  }

  /** The definition that this place is the value of, with no call or function between. */
  definition(): DefinitionFrame | null {
    for (const frame of this.#frames.toReversed()) {
      if (frame.is === 'definition') return frame
      if (frame.is === 'call' || frame.is === 'scope' || frame.is === 'handler') return null
    }
    return null
  }
}
