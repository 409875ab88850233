import type { UseEvidence } from '../schema/register.ts'

/** By whom a dependency was seen in use, in words: observed here, or told by somebody else. */
export function trafficWords({ kind, source, requests, provider, lastSeen }: UseEvidence): string {
  const who = kind === 'observed' ? 'observed by the gateway' : `imported from ${source}`
  const how = requests === null ? '' : `, ${requests} ${requests === 1 ? 'request' : 'requests'}`
  const over = provider === null ? '' : ` over ${provider}`
  return `${who}${how}${over}, last on ${lastSeen.slice(0, 10)}`
}
