import { importUsage } from '../../usage-import.ts'
import { forgetUsage, listUsage, showUsage } from '../../usage-show.ts'
import { ForgottenUsage, ImportedUsage, UsageFiles, UsageList } from '../shown-usage.ts'
import { printedJsonWork } from './printed-json.ts'

const json = { format: 'json' } as const

export const usageWorks = {
  /** The file is what is piped into the thread. */
  import: printedJsonWork(
    ImportedUsage,
    async (
      asked: { readonly from?: string | undefined; readonly workflow?: string | undefined },
      config,
    ) => {
      await importUsage(['-'], { ...asked, ...json, config })
    },
  ),
  list: printedJsonWork(UsageFiles, async (_asked: null, config) => {
    await listUsage({ ...json, config })
  }),
  show: printedJsonWork(UsageList, async (_asked: null, config) => {
    await showUsage({ ...json, config })
  }),
  forget: printedJsonWork(
    ForgottenUsage,
    async ({ digest }: { readonly digest: string }, config) => {
      await forgetUsage(digest, { ...json, config })
    },
  ),
}
