/**
 * The id of a call where only letters, digits, `_` and `-` are allowed: unchanged if it is made of these, else with
 * every other character as its number, so that call and result still meet.
 */
export function plainToolId(id: string): string {
  let plain = ''
  for (const character of id) plain += isPlain(character) ? character : `_${code(character)}`
  return plain
}

function isPlain(character: string): boolean {
  return (
    (character >= 'a' && character <= 'z') ||
    (character >= 'A' && character <= 'Z') ||
    (character >= '0' && character <= '9') ||
    character === '_' ||
    character === '-'
  )
}

function code(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16)
}
