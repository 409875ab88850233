import type { GraderTools } from '../../qualification/index.ts'
import { loadPlugIn } from './load-plug-in.ts'
import { taskSetFolder } from './read-task-set.ts'
import { runTests } from './run-tests.ts'

/** What the graders of a task set need of the outside, but for a judge: that is asked in trials alone. */
export function graderToolsOf(setName: string): GraderTools {
  const folder = taskSetFolder(setName)
  return { runTests, plugIn: async (module) => await loadPlugIn(folder, module) }
}
