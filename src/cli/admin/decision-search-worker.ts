import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../base/fault.ts'
import type { LedgerQuery } from '../../ledger/index.ts'
import { findEntries, type ReadEntry, selectionOf } from '../ledger-entries.ts'
import { ledgerPlace } from '../open-ledger.ts'
import type { DecisionSearch, SearchAnswer } from './decision-search.ts'
import type { ShownDecision } from './shown-decision.ts'

/** The thread in which the ledger is searched for the admin API; see decision-search.ts. */
async function search({
  configPath,
  country,
  limit,
  ...selected
}: DecisionSearch): Promise<readonly ShownDecision[]> {
  const place = await ledgerPlace(configPath)
  const given = Object.fromEntries(
    Object.entries(selected).filter(([, value]) => value !== undefined),
  )
  const query: LedgerQuery = {
    ...(await selectionOf(place, given)),
    kind: 'decision',
    limit,
    ...(country === undefined ? {} : { country }),
  }
  const found: ShownDecision[] = []
  for await (const one of findEntries(place, query)) found.push(...shown(one))
  return found
}

function shown({ log, entry, parsed }: ReadEntry): readonly ShownDecision[] {
  const { at, entry: body } = parsed
  if (body.kind !== 'decision') return []
  const { class: _class, content: _content, kind: _kind, tokens, ...rest } = body
  return [
    {
      ...rest,
      log: decodeURIComponent(log),
      entry,
      at,
      tokens: tokens === null ? null : { input: tokens.input, output: tokens.output },
    },
  ]
}

async function answer(port: NonNullable<typeof parentPort>): Promise<void> {
  const give = (found: SearchAnswer): void => port.postMessage(found)
  try {
    give({ decisions: await search(workerData as DecisionSearch) })
  } catch (error) {
    give({ failure: messageOf(error) })
  }
}

if (parentPort !== null) void answer(parentPort)
