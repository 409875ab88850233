import { dottedPath } from './path-text.ts'
import type { ReadContext } from './read-context.ts'

const ownWords = /^(?:self|this|cls|static|Self|super)\.(?=[A-Za-z_])/

/** The dotted path of a name or callee, qualified by the class when it is reached through the object itself. */
export function ownedName(callee: string, context: ReadContext): string {
  const instance = /^@{1,2}(?=[A-Za-z_])/.test(callee)
  const path = dottedPath(callee.replace(/^@{1,2}/, ''))
  if (instance) return context.owner === null ? path : `${context.owner}.${path}`
  if (ownWords.test(path)) {
    const rest = path.replace(ownWords, '')
    return context.owner === null ? rest : `${context.owner}.${rest}`
  }
  if (
    context.receiver !== null &&
    context.owner !== null &&
    path.startsWith(`${context.receiver}.`)
  ) {
    return `${context.owner}.${path.slice(context.receiver.length + 1)}`
  }
  return path
}
