import { messageOf } from '../../base/fault.ts'
import type { TestJob, TestRun } from '../../qualification/index.ts'
import { hasNoProgram, type LimitedRun, runLimited } from './limited-child.ts'
import { saysOutOfMemory } from './out-of-memory.ts'
import { runTestsInContainer } from './run-tests-in-container.ts'
import { withScratchFolder } from './scratch-folder.ts'

/** So much of what tests write is kept. */
const outputBytes = 64 * 1024
/** Nothing that tests write is needed. */
const fileMiB = 16
/** Threads count too. */
const processesMax = 64

/** The codes by which shells tell that there is no such program are taken from the tests: they cannot say so. */
const script = `
command -v "$1" > /dev/null || { echo "there is no $1 on this machine" >&2; exit 127; }
"$@"
code=$?
case $code in 126 | 127) code=1 ;; esac
exit $code
`
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
        command: ['sh', '-c', script, 'sh', ...commandOf(job, folder)],
        processesMax,
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
  return saysOutOfMemory(output) ? 'out-of-memory' : 'failed'
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
