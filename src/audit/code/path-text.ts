import { codeLimits } from './limits.ts'

/**
 * Names and callees are read from the text of their node, not from the tree: one pass over a few characters costs
 * less than asking the native side for every part.
 */

/** The callee as written, without arguments, subscripts, type arguments, `new`, `await` and white space. */
export function calleeText(source: string, generics: boolean): string {
  const text = source.length > codeLimits.calleeCharactersMax ? source.slice(-2_000) : source
  let path = withoutBrackets(text)
  if (generics) path = withoutTypeArguments(path)
  return path
    .replaceAll(/(?:\/\/|# )[^\n]*\n/g, '')
    .replaceAll(/\b(?:await|new|try|yield|return)\s+/g, '')
    .replaceAll(/!(?=[.(]|$)|\s+/g, '')
}

/** A path with dots between its parts, whatever the language writes: `Foo::BAR`, `$this->model`, `a?.b`. */
export function dottedPath(callee: string): string {
  return callee
    .replaceAll(/\?->|->|\?\.|::|!!?\.|\.\?|\\/g, '.')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/^[$&*.]+|\$|#|[!?]+$/g, '')
}

export function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

export function withoutLastSegment(path: string): string {
  const dot = path.lastIndexOf('.')
  return dot < 0 ? '' : path.slice(0, dot)
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** Leaves out everything in round, square and curly brackets; brackets in strings inside are counted out. */
function withoutBrackets(text: string): string {
  let kept = ''
  let depth = 0
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (quote !== '') {
      if (character === '\\') at += 1
      else if (character === quote) quote = ''
      continue
    }
    if (depth > 0 && (character === '"' || character === "'" || character === '`')) {
      quote = character
    } else if (closing[character] !== undefined) {
      depth += 1
    } else if (character === ')' || character === ']' || character === '}') {
      if (depth === 0) kept = ''
      else depth -= 1
    } else if (depth === 0) {
      kept += character
    }
  }
  return kept
}

function withoutTypeArguments(path: string): string {
  if (!path.includes('<')) return path
  let kept = ''
  let depth = 0
  for (let at = 0; at < path.length; at += 1) {
    const character = path.charAt(at)
    if (character === '<') depth += 1
    else if (character === '>' && path[at - 1] !== '-' && path[at - 1] !== '=')
      depth = Math.max(0, depth - 1)
    else if (depth === 0) kept += character
  }
  return kept.replaceAll('::.', '.').replaceAll(/::$/g, '')
}
