import { BodyFields } from '../body-fields.ts'
import type { Answer, JsonObject } from '../exchange.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { RequestNotes } from '../request-notes.ts'
import { readBlock } from './read-block.ts'
import { readStop } from './stop-reasons.ts'
import { readUsage } from './usage.ts'

export function readAnswer(body: JsonObject): Answer {
  const fields = new BodyFields(body, '')
  if (fields.text('type') !== 'message') throw new ProtocolError('type', '`type` is not `message`')
  const notes = new RequestNotes()
  const calls = { names: new Map<string, string>(), signatures: new Map<string, string>() }
  const usage = fields.plainOrNone('usage')
  return {
    id: fields.textOrNone('id') ?? '',
    model: fields.textOrNone('model') ?? '',
    created: null,
    parts: fields
      .list('content')
      .map((block, index) => readBlock(block, `content[${String(index)}]`, notes, calls))
      .filter((part) => part !== null),
    stop: readStop(body),
    usage: usage === undefined ? null : readUsage(usage),
  }
}
