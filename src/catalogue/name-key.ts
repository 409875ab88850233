/**
 * Keys under which two spellings of one name meet: case, `.`, `-`, `_`, `:`, `@` and spaces do not count, and
 * Claude's tier may stand before or after its version (`claude-4-sonnet`, `claude-sonnet-4`).
 */
export function nameKey(name: string): string {
  const lower = name.toLowerCase()
  if (lower.startsWith('claude')) return claudeKey(lower)
  return lower.replace(/[^a-z0-9]+/g, '')
}

const claudeVersion = /^\d{1,2}$/

function claudeKey(lower: string): string {
  const words = lower.slice('claude'.length).match(/[a-z]+|\d+/g) ?? []
  const version: string[] = []
  let position = 0
  while (
    position < words.length &&
    version.length < 2 &&
    claudeVersion.test(words[position] ?? '')
  ) {
    version.push(words[position] ?? '')
    position += 1
  }
  const tier = words[position] ?? ''
  if (version.length === 0 || !/^[a-z]{3,}$/.test(tier)) return `claude${words.join('')}`
  return `claude${tier}${version.join('')}${words.slice(position + 1).join('')}`
}

const dateSuffix = /[-@](?:20\d{2}-[01]\d-[0-3]\d|20\d{2}[01]\d[0-3]\d)$/
/** Google numbers revisions instead: `gemini-2.0-flash-001`. */
const revisionSuffix = /^((?:gemini|imagen|veo)-.*)-00\d$/

/** The name without what marks a snapshot, or null when it bears no mark. */
export function withoutDate(name: string): string | null {
  const short = name.replace(dateSuffix, '').replace(revisionSuffix, '$1')
  return short === name || short === '' ? null : short
}

const shortDateSuffix = /-(?:0[1-9]|1[0-2])[0-3]\d$/

/** The name without a month and day (`gpt-4-0613`), or null. Only some vendors date snapshots so. */
export function withoutShortDate(name: string): string | null {
  const short = name.replace(shortDateSuffix, '')
  return short === name || short === '' ? null : short
}
