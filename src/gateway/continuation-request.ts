import type { ModelRequest, Part, Turn } from '../protocols/index.ts'
import { anchorOf } from './seam.ts'

/**
 * The request by which another model goes on with an answer that was cut. An ordinary turn of the user, for newer
 * models take no prefill, and words about gateways or notices are taken for an injected instruction; what must be
 * repeated is what the seam is found by. A choice of tools or a form of output would make the model begin anew.
 */
export function continuationRequest(request: ModelRequest, text: string): ModelRequest {
  const asked = withoutForeignThoughts(request)
  if (text === '') return asked
  const { toolChoice: _choice, output: _output, ...rest } = asked
  const turns: readonly Turn[] = [
    ...rest.turns,
    { role: 'assistant', parts: [{ kind: 'text', text }] },
    { role: 'user', parts: [{ kind: 'text', text: instruction(text) }] },
  ]
  const maxOutputTokens = tokensLeft(asked, text)
  return { ...rest, turns, ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) }
}

/** A token of running text or code is seldom longer: what was said is counted rather too low. */
const bytesPerToken = 5
/** Room for the characters that are to be repeated, and for an end. */
const tokensLeftMin = 64

/** Of a limit, what the text so far has left; undefined: there is none. What is thought anew would not fit into the rest. */
function tokensLeft(request: ModelRequest, text: string): number | undefined {
  const { maxOutputTokens: most, reasoning } = request
  if (most === undefined || reasoning?.isOn === true) return most
  const said = Math.floor(Buffer.byteLength(text) / bytesPerToken)
  return Math.min(most, Math.max(tokensLeftMin, most - said))
}

function instruction(text: string): string {
  return [
    'My connection dropped while you were writing, and I only have your answer up to its last characters:',
    '',
    anchorOf(text),
    '',
    'Please repeat exactly these characters and then go on from there until your answer is complete. Do not start over, and do not comment on this.',
  ].join('\n')
}

/** Thoughts can only be read by whoever thought them; this request goes to somebody else. */
function withoutForeignThoughts(request: ModelRequest): ModelRequest {
  const isKept = (part: Part): boolean => part.kind !== 'thinking'
  const turns = request.turns
    .map((turn) => ({ ...turn, parts: turn.parts.filter(isKept) }))
    .filter(({ parts }) => parts.length > 0)
  return { ...request, turns }
}
