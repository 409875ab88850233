import { dirname } from 'node:path'
import { checkPolicy } from '../../policy-check.ts'
import { decidePolicy, type PolicyDecideFlags } from '../../policy-decide.ts'
import { showPolicy } from '../../policy-show.ts'
import { signSnapshot, verifiedSnapshot } from '../../policy-snapshot.ts'
import { warnOnPolicy } from '../../policy-workspace.ts'
import { recordSnapshot } from '../../record-snapshot.ts'
import {
  AskedPolicy,
  CheckedPolicy,
  ShownPolicy,
  SignedSnapshot,
  VerifiedSnapshot,
} from '../shown-directive.ts'
import { printedJsonWork } from './printed-json.ts'
import { work } from './work.ts'

interface At {
  readonly at?: string | undefined
}

export const policyWorks = {
  show: printedJsonWork(
    ShownPolicy,
    async (
      asked: At & {
        readonly directive?: string | undefined
        readonly workflow?: string | undefined
      },
      config,
    ) => {
      await showPolicy({ config, ...asked, schema: false, format: 'json' })
    },
  ),
  check: printedJsonWork(CheckedPolicy, async ({ at }: At, config) => {
    await checkPolicy({ config, at, format: 'json' })
  }),
  decide: printedJsonWork(
    AskedPolicy,
    async (asked: Omit<PolicyDecideFlags, 'config' | 'format' | 'failOn'>, config) => {
      await decidePolicy({ ...asked, config, format: 'json' })
    },
  ),
  snapshot: work(
    SignedSnapshot,
    async ({ key, ...asked }: At & { readonly key: string; readonly validFor: string }, config) => {
      const { text, snapshot, workspace } = await signSnapshot(
        { config, ...asked },
        { reference: key, folder: dirname(config), name: 'admin.snapshotKey' },
      )
      const warnings = await recordSnapshot(workspace, snapshot)
      warnOnPolicy(workspace)
      return {
        snapshot: text,
        version: snapshot.version,
        expiresAt: snapshot.expiresAt,
        units: snapshot.units.length,
        digest: snapshot.digest,
        notices: warnings,
      }
    },
  ),
  verify: work(
    VerifiedSnapshot,
    async ({ snapshot, ...asked }: At & { readonly snapshot: string; readonly key: string }) => {
      const found = verifiedSnapshot(snapshot, { path: 'snapshot', ...asked })
      return { ...found, notices: [] }
    },
  ),
}
