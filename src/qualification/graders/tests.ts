import { answeredCode } from './answered-json.ts'
import { failed, type Grader, passed, unscored } from './grader.ts'

export const tests: Grader<'tests'> = {
  id: 'tests',
  title: 'tests run on the answered code, in a process with limits or a container, and pass',
  needs: 'tests',
  problem: ({ answerFile, testFile, files }) => {
    const wrong = [answerFile, testFile, ...Object.keys(files)].find((path) => !isInside(path))
    if (wrong !== undefined) return `\`${wrong}\` leads out of the folder of the tests`
    if (Object.hasOwn(files, answerFile)) return `\`${answerFile}\` stands in \`files\` too`
    return Object.hasOwn(files, testFile) ? null : `\`files\` has no \`${testFile}\``
  },
  grade: async (settings, _task, answer, { runTests }) => {
    if (runTests === undefined) return unscored('nothing runs tests here')
    const { program, testFile, seconds = 10, memoryMiB = 512, container } = settings
    const files = { ...settings.files, [settings.answerFile]: answeredCode(answer.text) }
    const run = await runTests({
      program,
      testFile,
      files,
      seconds,
      memoryMiB,
      ...(container === undefined ? {} : { container }),
    })
    switch (run.ended) {
      case 'passed':
        return passed('the tests pass')
      case 'broken':
        return unscored(`the tests could not be run: ${run.output}`)
      case 'failed':
        return failed(`the tests fail: ${run.output.slice(-500)}`)
      case 'out-of-time':
        return failed(`the tests took more than ${seconds} s`)
      case 'out-of-memory':
        return failed(`the tests took more than ${memoryMiB} MiB`)
    }
  },
}

function isInside(path: string): boolean {
  return (
    path !== '' && !path.startsWith('/') && !/[\\:\0]/.test(path) && !path.split('/').includes('..')
  )
}
