import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { listCaptured } from '../../capture/capture-commands.ts'
import { dataPath } from '../../installation.ts'
import { checkTaskSets, type TasksCheckFlags } from '../../tasks/check-task-sets.ts'
import { headerFile } from '../../tasks/read-task-set.ts'
import { listTaskSets, showTaskSet } from '../../tasks/show-tasks.ts'
import { CapturedList, CheckedTasks, ShownTask, ShownTaskSet, TaskSetList } from '../shown-tasks.ts'
import { printedJson, printedJsonWork } from './printed-json.ts'
import { work } from './work.ts'

const json = { format: 'json' } as const

/** A set of `tasks/` beside holdfast.yaml, else one that ships. */
function folderOf(set: string, configPath: string): string {
  const own = join(ownSets(configPath), set)
  return existsSync(join(own, headerFile)) ? own : dataPath('tasks', set)
}

function ownSets(configPath: string): string {
  return join(dirname(configPath), 'tasks')
}

export const taskWorks = {
  list: work(TaskSetList, async (_asked: null, configPath) => {
    const { sets } = TaskSetList.parse(
      await printedJson(() => listTaskSets(ownSets(configPath), json)),
    )
    return { sets: sets.map((one) => ({ ...one, name: basename(one.name) })) }
  }),
  show: printedJsonWork(ShownTaskSet, async ({ set }: { readonly set: string }, configPath) => {
    await showTaskSet(folderOf(set, configPath), undefined, json)
  }),
  showTask: printedJsonWork(
    ShownTask,
    async ({ set, task }: { readonly set: string; readonly task: string }, configPath) => {
      await showTaskSet(folderOf(set, configPath), task, json)
    },
  ),
  check: work(
    CheckedTasks,
    async (
      asked: Omit<TasksCheckFlags, 'config' | 'format' | 'failOn'> & {
        readonly sets: readonly string[]
      },
      config,
    ) => {
      const { sets, ...flags } = asked
      const folders = sets.map((set) => folderOf(set, config))
      const checked = CheckedTasks.parse(
        await printedJson(() => checkTaskSets(folders, { ...flags, ...json, config })),
      )
      return { sets: checked.sets.map((one) => ({ ...one, name: basename(one.name) })) }
    },
  ),
  captured: printedJsonWork(CapturedList, async (_asked: null, config) => {
    await listCaptured({ config, ...json })
  }),
}
