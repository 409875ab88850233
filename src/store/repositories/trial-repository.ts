import type { Kysely } from 'kysely'
import { canonicalJson } from '../../base/canonical-json.ts'
import { digest } from '../../base/digest.ts'
import type { TrialAnswer } from '../../schema/trial-answer.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import {
  addRecord,
  anyTables,
  changeRecord,
  conflictFault,
  findRecord,
  listRecords,
  missingFault,
} from '../records/record-queries.ts'
import { preparedQuery } from '../records/prepared-query.ts'
import { fromRow, toRow } from '../records/record-shape.ts'
import { shapes } from '../records/record-shapes.ts'
import type { Tables } from '../tables.ts'
import { GroupedWrites } from './grouped-writes.ts'
import { instantNow, newId, type StoreContext } from './store-context.ts'

export type NewTrial = Pick<
  TrialRecord,
  'workflow' | 'candidate' | 'route' | 'registration' | 'createdBy'
>

/** Which call of a trial. */
export type AnswerKey = Pick<TrialAnswer, 'trial' | 'item' | 'arm' | 'attempt'>

/** Trials and the answers they paid for. */
export interface TrialRepository {
  /** Registers a trial, before its first call. */
  register(trial: NewTrial): Promise<TrialRecord>
  /**
   * Moves it on. `decided` and `abandoned` are ends, which throw `HF_STORE_CONFLICT` when left. `endedAt`: instant of
   * the end, RFC 3339; absent: now.
   */
  setState(id: string, state: TrialRecord['state'], endedAt?: string): Promise<TrialRecord>
  find(id: string): Promise<TrialRecord | null>
  /** Trials, all or those of one workflow, the newest first. */
  list(workflow?: string): Promise<readonly TrialRecord[]>
  /** Measurements that come to no verdict, likewise: their registration says which `kind` they are. */
  listMeasurements(kind: string, workflow?: string): Promise<readonly TrialRecord[]>
  /**
   * Takes one call for this process. False: it was taken before, by whomever; then it must not be made again. Only
   * when this is durable may the call be made.
   */
  claimAnswer(key: AnswerKey, by: string): Promise<boolean>
  /** Takes over a claim that ended without an answer. False: there is none, or it has been answered meanwhile. */
  retakeAnswer(key: AnswerKey, by: string): Promise<boolean>
  /** Gives up a claim of this process whose call was not made. */
  releaseAnswer(key: AnswerKey, by: string): Promise<void>
  /** Keeps what came back. The same answer again is no conflict, another one is. */
  keepAnswer(key: AnswerKey, answer: TrialAnswer['answer']): Promise<TrialAnswer>
  findAnswer(key: AnswerKey): Promise<TrialAnswer | null>
  /** Page by page in the order of item, arm and attempt; `after` is the last one of the page before. `item`: of this one alone. */
  listAnswers(
    trial: string,
    page: { limit: number; after?: AnswerKey; item?: string },
  ): Promise<readonly TrialAnswer[]>
}

const ends: ReadonlySet<string> = new Set(['decided', 'abandoned'])

export function trialRepository(context: StoreContext): TrialRepository {
  const { backend } = context
  const listAll = (workflow: string | undefined): Promise<readonly TrialRecord[]> =>
    backend.read((db) =>
      listRecords(db, shapes.trial, workflow === undefined ? {} : { workflow }, {
        order: ['-createdAt', '-id'],
      }),
    )
  return {
    register: async (trial) => {
      const record: TrialRecord = {
        ...trial,
        id: newId(context),
        registrationDigest: digest(canonicalJson(trial.registration)),
        state: 'registered',
        createdAt: instantNow(context),
        endedAt: null,
      }
      await backend.write((tx, tell) => addRecord(tx, tell, shapes.trial, record))
      return record
    },
    setState: (id, state, at) =>
      backend.write(async (tx, tell) => {
        const trial = await findRecord(tx, shapes.trial, { id })
        if (trial === null) throw missingFault(shapes.trial, id)
        if (trial.state === state) return trial
        const endedAt = ends.has(state) ? (at ?? instantNow(context)) : null
        const next: TrialRecord = { ...trial, state, endedAt }
        const isChanged =
          !ends.has(trial.state) &&
          (await changeRecord(tx, tell, shapes.trial, { id, state: trial.state }, next))
        if (!isChanged) throw conflictFault(shapes.trial, toRow(shapes.trial, trial))
        return next
      }),
    find: (id) => backend.read((db) => findRecord(db, shapes.trial, { id })),
    list: async (workflow) => (await listAll(workflow)).filter((one) => kindOf(one) === null),
    listMeasurements: async (kind, workflow) =>
      (await listAll(workflow)).filter((one) => kindOf(one) === kind),
    ...answers(context),
  }
}

/** Null: a trial. */
function kindOf({ registration }: TrialRecord): string | null {
  const { kind } = (registration ?? {}) as { readonly kind?: unknown }
  return typeof kind === 'string' ? kind : null
}

/** Queries of one backend that a large trial runs hundreds of thousands of times. */
function answerQueries() {
  const { table, members, key } = shapes.trialAnswer
  return {
    addClaim: preparedQuery<string, object>((db, slot) =>
      anyTables(db)
        .insertInto(table)
        .values(Object.fromEntries(members.map((name) => [name, slot(name)])))
        .onConflict((conflict) => conflict.columns(key).doNothing())
        .returning('trial'),
    ),
    setAnswer: preparedQuery<keyof AnswerKey | 'answeredAt' | 'answerText', Claim>((db, slot) =>
      db
        .updateTable('trialAnswer')
        .set({ state: 'answered', answeredAt: slot('answeredAt'), answer: slot('answerText') })
        .where('trial', '=', slot('trial'))
        .where('item', '=', slot('item'))
        .where('arm', '=', slot('arm'))
        .where('attempt', '=', slot('attempt'))
        .where('state', '=', 'claimed')
        .returning(['claimedAt', 'claimedBy']),
    ),
    listOfItem: preparedQuery<'trial' | 'item' | 'limit', object>((db, slot) =>
      db
        .selectFrom('trialAnswer')
        .selectAll()
        .where('trial', '=', slot('trial'))
        .where('item', '=', slot('item'))
        .orderBy('item')
        .orderBy('arm')
        .orderBy('attempt')
        .limit(slot('limit')),
    ),
  }
}

type Claim = Pick<TrialAnswer, 'claimedAt' | 'claimedBy'>

async function listPage(
  db: Kysely<Tables>,
  {
    trial,
    limit,
    after,
    only,
  }: {
    readonly trial: string
    readonly limit: number
    readonly after: AnswerKey | undefined
    readonly only: string | undefined
  },
): Promise<readonly object[]> {
  let query = db.selectFrom('trialAnswer').selectAll().where('trial', '=', trial)
  if (only !== undefined) query = query.where('item', '=', only)
  if (after !== undefined) {
    const { item, arm, attempt } = after
    query = query.where((eb) =>
      eb(eb.refTuple('item', 'arm', 'attempt'), '>', eb.tuple(item, arm, attempt)),
    )
  }
  return await query.orderBy('item').orderBy('arm').orderBy('attempt').limit(limit).execute()
}

type AnswerMethods = Pick<
  TrialRepository,
  'claimAnswer' | 'retakeAnswer' | 'releaseAnswer' | 'keepAnswer' | 'findAnswer' | 'listAnswers'
>

/** Answers are many and nobody waits for one: they are not told to the feed. */
function answers(context: StoreContext): AnswerMethods {
  const { backend } = context
  const shape = shapes.trialAnswer
  const grouped = new GroupedWrites(backend)
  const { addClaim, setAnswer, listOfItem } = answerQueries()
  return {
    claimAnswer: (key, by) =>
      grouped.write(async (tx) => {
        const claim: TrialAnswer = {
          ...key,
          state: 'claimed',
          claimedAt: instantNow(context),
          claimedBy: by,
          answeredAt: null,
          answer: null,
        }
        return (await addClaim(tx, toRow(shape, claim))).length > 0
      }),
    retakeAnswer: (key, by) =>
      grouped.write(async (tx) => {
        const claim = await findRecord(tx, shape, key)
        if (claim === null) return false
        const taken: TrialAnswer = { ...claim, claimedAt: instantNow(context), claimedBy: by }
        return await changeRecord(tx, null, shape, { ...key, state: 'claimed' }, taken)
      }),
    releaseAnswer: (key, by) =>
      grouped.write(async (tx) => {
        const { trial, item, arm, attempt } = key
        await tx
          .deleteFrom('trialAnswer')
          .where('trial', '=', trial)
          .where('item', '=', item)
          .where('arm', '=', arm)
          .where('attempt', '=', attempt)
          .where('state', '=', 'claimed')
          .where('claimedBy', '=', by)
          .execute()
      }),
    keepAnswer: (key, answer) =>
      grouped.write(async (tx) => {
        const answeredAt = instantNow(context)
        const asKept = { ...key, state: 'answered' as const, answeredAt, answer }
        // Checked as a whole record; only what is new is written.
        const row = toRow(shape, { ...asKept, claimedAt: answeredAt, claimedBy: 'unknown' })
        const answerText = String(row['answer'])
        const [claim] = await setAnswer(tx, { ...key, answeredAt, answerText })
        if (claim !== undefined) return { ...asKept, ...claim }
        const there = await findRecord(tx, shape, key)
        if (there === null) throw missingFault(shape, Object.values(key).join(' '))
        if (canonicalJson(there.answer) === canonicalJson(answer)) return there
        throw conflictFault(shape, row)
      }),
    findAnswer: (key) => backend.read((db) => findRecord(db, shape, key)),
    listAnswers: (trial, { limit, after, item: only }) =>
      backend.read(async (db) => {
        const rows =
          only !== undefined && after === undefined
            ? await listOfItem(db, { trial, item: only, limit })
            : await listPage(db, { trial, limit, after, only })
        return rows.map((row) => fromRow(shape, row))
      }),
  }
}
