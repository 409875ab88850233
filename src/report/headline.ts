import type { Register, Repository } from '../schema/register.ts'
import { count } from './count.ts'
import type { RegisterView } from './register-view.ts'

/** `acme/reviewer at 3f2a91c4d0e1, modified`. */
export function repositoryLine(repository: Repository): string {
  const commit = repository.commit === null ? '' : ` at ${repository.commit.slice(0, 12)}`
  return `${repository.id}${commit}${repository.modified ? ', with uncommitted changes' : ''}`
}

/** The whole register in two or three sentences. */
export function headline(view: RegisterView): readonly string[] {
  const { register } = view
  if (view.dependencyCount === 0) {
    return ['No dependency on a hosted model was found.', filesSentence(register)]
  }
  const grades = view.workflows.filter((one) => one.workflow.dependencies.length > 0)
  const none = grades.filter((one) => one.grade === 'none' || one.grade === 'unknown').length
  const weak = grades.filter(
    (one) => one.grade === 'same-vendor' || one.grade === 'same-model-other-route',
  ).length
  const law = grades.filter((one) => one.grade === 'same-jurisdiction').length
  const independent = grades.length - none - weak - law
  return [
    `${count(view.dependencyCount, 'dependency', 'dependencies')} on ${count(view.models.length, 'known model')} of ${count(view.vendors.length, 'vendor')}, in ${count(grades.length, 'workflow')}.`,
    `If its model is withdrawn: ${[
      `${count(none, 'workflow')} ${none === 1 ? 'has' : 'have'} no known fallback`,
      `${weak} would stay with the same vendor`,
      `${law} under the same law`,
      `${independent} could go elsewhere`,
    ].join(', ')}.`,
    `${count(register.gaps.length, 'gap')}, ${count(view.openQuestions.length, 'open question')}, ${count(register.credentials.filter((one) => one.form === 'present').length, 'key')} written into files. ${filesSentence(register)}`,
  ]
}

function filesSentence(register: Register): string {
  const { seen, read, skipped } = register.files
  return `${count(seen, 'file')} seen, ${count(read, 'read', 'read')}, ${count(skipped.length, 'skipped', 'skipped')}.${
    register.asOf === undefined ? '' : ` Lifecycles as of ${register.asOf}.`
  }`
}
