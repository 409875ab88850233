/**
 * Every document must have a name, of a few kinds of characters and different from all others of the request.
 */
export class DocumentNames {
  readonly #given = new Set<string>()

  nameFor(wanted: string | undefined): string {
    const plain = plainName(wanted ?? '')
    let name = plain
    for (let number = 2; this.#given.has(name); number += 1) name = `${plain} ${String(number)}`
    this.#given.add(name)
    return name
  }
}

const charactersMax = 180

/** Letters, digits, single spaces, hyphens, round and square brackets; everything else is a hyphen. */
function plainName(wanted: string): string {
  let plain = ''
  for (const character of wanted) plain += isAllowed(character) ? character : '-'
  const name = plain.split(' ').filter(Boolean).join(' ').slice(0, charactersMax).trim()
  return name === '' ? 'document' : name
}

function isAllowed(character: string): boolean {
  return (
    (character >= 'a' && character <= 'z') ||
    (character >= 'A' && character <= 'Z') ||
    (character >= '0' && character <= '9') ||
    ' -()[]'.includes(character)
  )
}
