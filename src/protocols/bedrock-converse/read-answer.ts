import { BodyFields } from '../body-fields.ts'
import type { Answer, JsonObject } from '../exchange.ts'
import { RequestNotes } from '../request-notes.ts'
import { readBlocks } from './read-block.ts'
import { readStop } from './stop-reasons.ts'
import { readUsage } from './usage.ts'

/** An answer says neither who it is nor which model gave it: the path of the request did. */
export function readAnswer(body: JsonObject): Answer {
  const fields = new BodyFields(body, '')
  const content = fields.object('output').object('message').list('content')
  return {
    id: '',
    model: '',
    created: null,
    parts: readBlocks(content, 'output.message.content', new RequestNotes(), new Map()),
    stop: readStop(fields.textOrNone('stopReason')),
    usage: readUsage(body['usage']),
  }
}
