import { periodsKept, nodeFiles } from '../../../ledger/index.ts'
import { checkpointsTo } from '../../ledger-checkpoint.ts'
import {
  destroyPeriodKey,
  type HoldFlags,
  holdsIn,
  placeHold,
  pruneLedger,
  releaseHold,
} from '../../ledger-retention.ts'
import { ledgerExport } from '../../ledger-search.ts'
import { verifiedLedger } from '../../ledger-verify.ts'
import { ledgerPlace } from '../../open-ledger.ts'
import {
  DestroyedPeriod,
  HoldChanged,
  HoldList,
  PrunedLedger,
  VerifiedLedger,
  WrittenCheckpoints,
} from '../shown-ledger.ts'
import { printedWork, work } from './work.ts'

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** Without what was not given: a flag that is undefined is no flag. */
function given<T extends object>(flags: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined),
  ) as never
}

interface Selected {
  readonly principal: string
  readonly directive: string
  readonly model: string
  readonly from: string
  readonly to: string
}

export const ledgerWorks = {
  verify: work(
    VerifiedLedger,
    async (
      asked: {
        readonly keys: readonly string[]
        readonly witnesses: readonly string[]
        readonly withSchema: boolean
      },
      configPath,
    ) => {
      const { root } = await ledgerPlace(configPath)
      return await verifiedLedger(root, asked)
    },
  ),
  export: printedWork(
    async (
      asked: Given<Selected & { readonly kind: string; readonly reference: string }> & {
        readonly country?: string | undefined
        readonly format: 'jsonl' | 'csv'
        readonly limit: number
      },
      configPath,
    ) => {
      const { format, limit, ...selected } = asked
      await ledgerExport(undefined, {
        config: configPath,
        format,
        limit: String(limit),
        ...given(selected),
      })
    },
  ),
  listHolds: work(HoldList, async (_asked: null, configPath) => {
    const place = await ledgerPlace(configPath)
    return { holds: await holdsIn(place), periods: await periodsKept(place.root, nodeFiles) }
  }),
  hold: work(
    HoldChanged,
    async (
      asked: Given<Selected> & Pick<HoldFlags, 'by' | 'reference'> & { readonly name: string },
      configPath,
    ) => {
      const { name, by, reference, ...selected } = asked
      const flags = { config: configPath, by, reference, ...given(selected) }
      return { hold: name, change: 'placed' as const, selection: await placeHold(name, flags) }
    },
  ),
  release: work(
    HoldChanged,
    async (
      { name, ...flags }: Pick<HoldFlags, 'by' | 'reference'> & { readonly name: string },
      configPath,
    ) => {
      const selection = await releaseHold(name, { config: configPath, ...flags })
      return { hold: name, change: 'released' as const, selection }
    },
  ),
  prune: work(
    PrunedLedger,
    async (
      asked: { readonly before: string; readonly by: string; readonly dryRun: boolean },
      configPath,
    ) => {
      return await pruneLedger({ config: configPath, ...asked })
    },
  ),
  destroyPeriod: work(
    DestroyedPeriod,
    async (
      {
        period,
        ...flags
      }: { readonly period: string; readonly reason: string; readonly by: string },
      configPath,
    ) => {
      await destroyPeriodKey(period, { config: configPath, ...flags })
      return { period }
    },
  ),
  checkpoint: work(
    WrittenCheckpoints,
    async ({ id, to }: { readonly id: string; readonly to: string }, configPath) => ({
      to: id,
      checkpoints: await checkpointsTo(to, await ledgerPlace(configPath)),
      notices: [],
    }),
  ),
}
