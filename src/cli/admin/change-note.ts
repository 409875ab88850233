import type { AdminContext } from './admin-context.ts'

/** Puts on record who did something that has no kind of entry of its own; gives back what has to be said. */
export async function noteChange(
  context: AdminContext,
  entry: { readonly subject: string; readonly change: string; readonly by: string },
): Promise<readonly string[]> {
  return await context.deciding(async (keeper) => {
    await keeper.deciding((recorder) =>
      recorder.recordAnyway({ kind: 'configuration', before: null, after: null, ...entry }),
    )
    return keeper.warnings()
  })
}
