import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../base/fault.ts'
import { createResolver } from '../catalogue/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { AuditDetector } from '../schema/detector.ts'
import { compileDetectors } from './detector-set.ts'
import { extractFacts } from './extract-facts.ts'
import type { Fact } from './fact.ts'
import type { SourceFile } from './source-file.ts'

/** A thread that does nothing but extract: one file in, its facts out. */

export interface WorkerSetup {
  readonly detectors: readonly AuditDetector[]
  readonly catalogue: Catalogue
}

export interface WorkerRequest {
  readonly id: number
  readonly file: SourceFile
}

export type WorkerAnswer =
  | { readonly id: 'ready' }
  | { readonly id: number; readonly facts: readonly Fact[] }
  | { readonly id: number; readonly problem: string }

function start(port: NonNullable<typeof parentPort>, setup: WorkerSetup): void {
  const detectors = compileDetectors(setup.detectors)
  const resolver = createResolver(setup.catalogue)
  // One after the other, so that the oldest open request is always the one being worked on.
  let last = Promise.resolve()
  port.on('message', ({ id, file }: WorkerRequest) => {
    last = last
      .then(() => extractFacts(file, detectors, resolver))
      .then(
        (facts) => port.postMessage({ id, facts } satisfies WorkerAnswer),
        (error: unknown) =>
          port.postMessage({ id, problem: messageOf(error) } satisfies WorkerAnswer),
      )
  })
  port.postMessage({ id: 'ready' } satisfies WorkerAnswer)
}

if (parentPort !== null) start(parentPort, workerData as WorkerSetup)
