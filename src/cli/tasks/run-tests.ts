import { messageOf } from '../../base/fault.ts'
import type { TestJob, TestRun } from '../../qualification/index.ts'
import { hasNoProgram, type LimitedRun, runLimited } from './limited-child.ts'
import { runTestsInContainer } from './run-tests-in-container.ts'
import { withScratchFolder } from './scratch-folder.ts'

/** So much of what tests write is kept. */
const outputBytes = 64 * 1024
/** Nothing that tests write is needed. */
const fileMiB = 16
/** What V8 maps before it does anything, above the limit for the program itself. */
const nodeMappingsMiB = 768

/**
 * Runs tests in a container where the task asks for one, else in a folder and a process of their own (see `limited-child.ts`). Node may read and write that folder alone;
 * Python may read what this user may.
 */
export async function runTests(job: TestJob): Promise<TestRun> {
  try {
    if (job.container !== undefined) return await runTestsInContainer(job)
    return await withScratchFolder(job.files, async (folder) => {
      const run = await runLimited({
        command: commandOf(job, folder),
        folder,
        seconds: job.seconds,
        memoryMiB: job.memoryMiB + (job.program === 'node' ? nodeMappingsMiB : 0),
        fileMiB,
        outputBytes,
        keeps: 'end',
      })
      const output = `${run.stdout.text}${run.stderr.text}`.slice(-outputBytes)
      return { ended: endOf(run, output), output }
    })
  } catch (error) {
    return { ended: 'broken', output: messageOf(error) }
  }
}

function endOf(run: LimitedRun, output: string): TestRun['ended'] {
  if (run.isOutOfTime) return 'out-of-time'
  if (run.code === 0) return 'passed'
  if (hasNoProgram(run)) return 'broken'
  return /heap out of memory|process out of memory|Array buffer allocation failed|\bMemoryError\b/.test(
    output,
  )
    ? 'out-of-memory'
    : 'failed'
}

function commandOf({ program, testFile, memoryMiB }: TestJob, folder: string): readonly string[] {
  return program === 'node'
    ? [
        process.execPath,
        '--permission',
        `--allow-fs-read=${folder}/*`,
        `--allow-fs-write=${folder}/*`,
        `--max-old-space-size=${memoryMiB}`,
        testFile,
      ]
    : ['python3', '-s', '-E', '-B', testFile]
}
