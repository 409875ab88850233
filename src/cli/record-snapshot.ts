import type { PolicySnapshot } from '../policy/index.ts'
import type { PolicyWorkspace } from './policy-workspace.ts'
import { recordKeeper } from './record-keeper.ts'

/**
 * Records that a snapshot was signed, with the directives in it. It has been written already: what it restricts must
 * not wait for the ledger. Gives back what has to be said.
 */
export async function recordSnapshot(
  { config, directives }: Pick<PolicyWorkspace, 'config' | 'directives'>,
  snapshot: Pick<PolicySnapshot, 'version' | 'digest' | 'directives' | 'expiresAt'>,
): Promise<readonly string[]> {
  const keeper = recordKeeper({ config, configPath: directives.configPath })
  try {
    await keeper.deciding((recorder) =>
      recorder.recordAnyway({
        kind: 'snapshot',
        snapshot: String(snapshot.version),
        digest: snapshot.digest,
        directives: snapshot.directives.map(({ id, digest }) => ({ id, digest })),
        expiresAt: snapshot.expiresAt,
      }),
    )
    return keeper.warnings()
  } finally {
    await keeper.close()
  }
}
