import { userInfo } from 'node:os'
import { Fault } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'

const nameCharactersMax = 200

/** Who does something: the name given, else the user of the operating system, as evidence names them. */
export function actorOf(by: string | undefined): string {
  if (by === undefined) return systemUser()
  const name = visibleText(by).trim()
  if (name !== '' && name.length <= nameCharactersMax) return name
  throw new Fault('HF_USAGE', name === '' ? '`--by` is empty' : '`--by` is too long', {
    expected: `the name of whoever does this, at most ${nameCharactersMax} characters`,
  })
}

/** A container may run as a user that no list has. */
function systemUser(): string {
  try {
    return `user ${visibleText(userInfo().username).slice(0, 100)}`
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}
